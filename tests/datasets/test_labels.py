import json
from pathlib import Path

import pytest

from explorer import datasets
from explorer.datasets import DATASETS
from explorer.datasets.attributes import read_labels

SIZES = {
    "avatars": {"head": 48, "face": 30, "facial_hair": 17, "accessories": 9, "skin": 5, "clothing": 7},
    "digits": {"class": 10},
    "fashion": {"class": 10},
    "thumbs": {"shape_colour": 5, "background": 5, "mouth": 5, "eyes": 9},
}


@pytest.mark.parametrize("name", list(DATASETS))
def test_every_value_has_a_label_of_its_own_in_both_languages(name: str) -> None:
    labels = read_labels(name)
    categorical = {key: description["values"] for key, description in labels.items() if "values" in description}
    assert {key: len(values) for key, values in categorical.items()} == SIZES[name]
    for values in categorical.values():
        for language in ("en", "zh"):
            words = [label[language].strip() for label in values.values()]
            assert all(words)
            assert len(set(words)) == len(words)


@pytest.mark.parametrize("name", list(DATASETS))
def test_continuous_attributes_have_a_unit(name: str) -> None:
    for key, description in read_labels(name).items():
        if description["kind"] == "continuous":
            assert description["unit"] == ("°" if key.endswith("rotation") else "px")
        else:
            assert description["kind"] == "categorical"


def test_titles_are_in_both_languages() -> None:
    for name, dataset in DATASETS.items():
        assert dataset.name == name
        assert all(dataset.title[language] for language in ("en", "zh"))


def test_lock_file_pins_every_package_and_names_no_registry() -> None:
    folder = Path(datasets.__file__).parent
    lock = json.loads((folder / "package-lock.json").read_text())
    wanted = json.loads((folder / "package.json").read_text())["dependencies"]
    packages = {path.removeprefix("node_modules/"): package for path, package in lock["packages"].items() if path}
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
    assert {name: packages[name]["version"] for name in wanted} == wanted
