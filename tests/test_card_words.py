"""What the model card says of data and training: whatever ships has words in both languages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from explorer.catalog import SHIPPED
from explorer.datasets import every_dataset
from explorer.families.registry import FAMILIES
from explorer.words import LANGUAGES, word

BROWSER = Path(__file__).parents[1] / "explorer" / "browser"
CONFIGS = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(SHIPPED.glob("*/config.json"))]
NAMES = {"Adam", "AdamW", "RMSProp", "SGD", "Wasserstein", "MNIST", "Fashion-MNIST", "Python", "GAN", "VAE"}
"""Names that Chinese writes in Latin letters."""

ASK = """
import { readFileSync } from "node:fs";
import { dataWords, familyWords, licenceWords, trainingWords } from "./page/card-words.js";
import { createTranslator } from "./i18n.js";
const { configs, titles } = JSON.parse(readFileSync(0, "utf8"));
const answers = {};
for (const language of ["en", "zh"]) {
  const t = createTranslator(JSON.parse(readFileSync(`translations/${language}.json`, "utf8")), language);
  answers[language] = configs.map(({ family, dataset, training, latent_size: size }) => ({
    family: familyWords(family, titles[family], size, t), data: dataWords(dataset, t),
    licence: licenceWords(dataset.licence, t), training: trainingWords(training, t),
  }));
}
process.stdout.write(JSON.stringify(answers));
"""


def ask(configs: list[dict[str, Any]]) -> dict[str, list[dict[str, str]]]:
    titles = {name: family.plural for name, family in FAMILIES.items()}
    node = str(Path(sys.executable).with_name("node"))
    command = [node, "--input-type=module", "--eval", ASK]
    given = json.dumps({"configs": configs, "titles": titles})
    answer = subprocess.run(command, cwd=BROWSER, input=given, capture_output=True, text=True, check=True).stdout
    return dict(json.loads(answer))


@cache
def shipped() -> dict[str, list[dict[str, str]]]:
    return ask(CONFIGS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_data_sets_are_called_on_the_card_as_in_their_registry(language: str) -> None:
    sets = {name: dataset.title[language] for name, dataset in every_dataset().items()}
    assert sets == {name: word(language, f"data.{name.replace('-', '_')}") for name in sets}


def test_no_chinese_card_is_half_in_english() -> None:
    for config, said in zip(CONFIGS, shipped()["zh"], strict=True):
        ours = {config["dataset"]["name"], config["family"], config["dataset"]["version"]}
        for text in (said["data"].replace(said["licence"], ""), said["family"], said["training"]):
            for name in sorted(ours, key=len, reverse=True):
                text = text.replace(name, "")
            left = [found for found in re.findall(r"[A-Za-z][A-Za-z-]{2,}", text) if found not in NAMES]
            assert left == [], (config["name"], text)
        assert re.search(r"[\u4e00-\u9fff]", said["training"])
        assert not re.search("[_]|public|package", said["training"] + said["licence"])


def test_words_of_training_are_those_of_the_lab() -> None:
    ring = next(i for i, config in enumerate(CONFIGS) if config["name"] == "lab-ring-sgd")
    assert shipped()["zh"][ring]["training"] == "非饱和；优化器 SGD（G）、SGD（D）；种子 0"
    assert shipped()["en"][ring]["training"] == "Non-saturating; optimiser SGD (G), SGD (D); seed 0"


def test_what_has_no_translation_is_shown_as_it_is_written() -> None:
    foreign = {
        "family": "mine",
        "latent_size": 1,
        "dataset": {"name": "toString", "version": "7", "licence": "mine alone"},
        "training": {"loss": "-ELBO, mine", "optimiser": "lion (D), adam", "seed": 3},
    }
    assert ask([foreign])["en"] == [
        {
            "family": "mine, 1 latent dimension",
            "data": "toString 7; licence: mine alone",
            "licence": "mine alone",
            "training": "−ELBO, mine; optimiser lion (D), Adam; seed 3",
        }
    ]
