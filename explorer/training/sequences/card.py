"""What the card of a model of sequences says of this very model: sentences that its numbers make."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from explorer.checkpoints import Config, write_atomically
from explorer.datasets.sequences import SEQUENCES
from explorer.datasets.sequences.melodies import SAME_TUNE
from explorer.training.card import card

WAYS = {"recurrent_gan": "adversarially", "notes": "by likelihood"}
"""How each family is trained."""
SIGNIFICANT, GUESSING = 0.05, 0.5


def write_card(folder: Path, config: Config, compared: dict[str, Any], others: Sequence[Config]) -> None:
    """Write the model card.

    Args:
        folder: of the checkpoint.
        config: its configuration.
        compared: the entry ``sequences`` of its ``evaluation.json``.
        others: configurations of other models; those of the same data are compared with.
    """
    source = SEQUENCES[config.dataset["name"]]
    write_atomically(folder / "README.md", card(config, source, "\n".join(remarks(config, compared, others))).encode())


def remarks(config: Config, compared: dict[str, Any], others: Sequence[Config]) -> list[str]:
    """What a model's numbers say, and what those of other models of the same data say beside them."""
    value = {name: entry["value"] for name, entry in config.metrics.items()}
    said = []
    if "two_sample_accuracy" in value:
        said += [_told_by_classifier(config), _told_by_mmd(config, compared), _memorised(config)]
    if "explained_share" in value:
        said.append(
            f"On average the nearest sine wave explains {value['explained_share']:.1%} of a generated sequence's sum "
            f"of squares (real waves: {value['explained_share_floor']:.1%}). Recovered frequencies are "
            f"{_between(config, 'frequency_distance')} Hz from the true distribution, amplitudes "
            f"{_between(config, 'amplitude_distance')} (real waves: {_between(config, 'frequency_distance_floor')} Hz, "
            f"{_between(config, 'amplitude_distance_floor')})."
        )
    if "train_synthetic_test_real" in value:
        count = config.metrics["train_synthetic_test_real"]["count"]
        said.append(
            "What they are good for: a random forest that learnt their classes gets "
            f"{_shares(config, 'train_synthetic_test_real')} of {count} held-out real ones right, balanced over the "
            f"classes, and one that learnt from as many real ones "
            f"{_shares(config, 'train_synthetic_test_real_floor')}."
        )
    if "bits_below_trigram" in value:
        said.append(_predicted(config))
    if "longest_copied_run" in value:
        said += [_melodies(config), *(_beside(config, other) for other in others if _comparable(config, other))]
    return said


def _told_by_classifier(config: Config) -> str:
    found, floor = (config.metrics[f"two_sample_accuracy{end}"] for end in ("", "_floor"))
    told = "can be told" if found["low"] > GUESSING else "are not told"
    return (
        f"Its sequences {told} from real ones by a random forest (classifier two-sample test, Lopez-Paz & Oquab 2017): "
        f"of {found['reference']} held-out real and {found['count']} generated ones that it has not seen it names "
        f"{_shares(config, 'two_sample_accuracy')} rightly, balanced over both kinds; guessing gives 50%, and "
        f"{floor['count']} real ones in place of the generated {_shares(config, 'two_sample_accuracy_floor')}. "
        "Another classifier may tell more."
    )


def _told_by_mmd(config: Config, compared: dict[str, Any]) -> str:
    found, p_values, real = (config.metrics[name] for name in ("mmd2", "mmd_p_value", "mmd2_floor"))
    return (
        f"By MMD with the kernel {compared['kernel']}, {compared['blocks']} blocks of {found['count']} generated "
        f"sequences, each beside all {found['reference']} held-out ones, give an MMD² of {_between(config, 'mmd2')} "
        f"and p-values of {p_values['low']:.3f} to {p_values['high']:.3f}, median {p_values['value']:.3f} "
        f"(permutation tests, Gretton et al. 2012). {real['count']} real ones that were trained on get "
        f"{_between(config, 'mmd2_floor')}, the range that chance gives. Such a test finds an MMD² of "
        f"{config.metrics['mmd2_detectable']['value']:.2g} in 80% of repetitions."
    )


def _memorised(config: Config) -> str:
    found = config.metrics["nearest_in_training"]
    p_value, detectable = (config.metrics[f"memorisation_{name}"]["value"] for name in ("p_value", "detectable"))
    are = "are" if p_value < SIGNIFICANT else "are not found to be"
    return (
        f"They {are} nearer to sequences trained on than to held-out ones, the question of Esteban et al. (2017): of "
        f"{found['count']}, {found['value']:.1%} have their nearest of all {found['reference']} real ones in the "
        f"training set, by chance {_shares(config, 'nearest_in_training_floor')} (p = {p_value:.2f}). A generator "
        f"{detectable:.0%} of whose sequences are copies would be found in 80% of repetitions."
    )


def _between(config: Config, name: str, form: str = ".2g") -> str:
    """A measure with its interval."""
    value, low, high = (format(config.metrics[name][key], form) for key in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"


def _shares(config: Config, name: str) -> str:
    """A share with its interval."""
    value, low, high = (config.metrics[name][key] for key in ("value", "low", "high"))
    return f"{value:.1%} [{low:.1%}, {high:.1%}]"


def _predicted(config: Config) -> str:
    return (
        f"A note of {config.metrics['bits_per_note']['count']} held-out ones, ends among them, costs it "
        f"{_between(config, 'bits_per_note', '.3g')} bits, a trigram of the training notes "
        f"{_between(config, 'trigram_bits_per_note', '.3g')}, a unigram "
        f"{_between(config, 'unigram_bits_per_note', '.3g')} (interpolated, Kneser-Ney). Resampled melody by melody, "
        f"the trigram needs {_between(config, 'bits_below_trigram')} bits more than the model."
    )


def _melodies(config: Config) -> str:
    found, real = (config.metrics[f"longest_copied_run{end}"] for end in ("", "_floor"))
    return (
        f"In {found['count']} generated stretches of 32 notes {_shares(config, 'share_in_key')} of the notes are in "
        f"key, in {real['count']} of held-out chorales {_shares(config, 'share_in_key_floor')}. The longest run of "
        "notes that stands in a chorale of the training as well, in any key, with the same steps and durations, has "
        f"{_between(config, 'longest_copied_run')} notes on average, in held-out chorales "
        f"{_between(config, 'longest_copied_run_floor')}. {_shares(config, 'copied_share')} of the generated stretches "
        f"have a run of {SAME_TUNE} notes or more; held-out chorales have none, since chorales that share as many are "
        "in one split."
    )


def _comparable(config: Config, other: Config) -> bool:
    same = other.dataset["sha256"] == config.dataset["sha256"] and "interval_distance" in other.metrics
    return same and other.name != config.name


def _beside(config: Config, other: Config) -> str:
    """Adversarial training beside likelihood: who is nearer to held-out melodies where the intervals do not meet."""
    found: dict[str, list[str]] = {"nearer": [], "farther": [], "not told apart": []}
    for name, word in (("pitch_class", "pitch classes"), ("interval", "intervals"), ("duration", "durations")):
        measure = f"{name}_distance"
        mine, theirs = (each.metrics[measure] for each in (config, other))
        told = (
            "nearer"
            if mine["high"] < theirs["low"]
            else "farther"
            if mine["low"] > theirs["high"]
            else "not told apart"
        )
        found[told].append(f"{word} ({_between(config, measure)}, the other {_between(other, measure)})")
    verdict = "; ".join(f"{told} in {', '.join(words)}" for told, words in found.items() if words)
    mine, theirs = (each.metrics["interval_distance"] for each in (config, other))
    return (
        f"Trained {WAYS[config.family]}, beside `{other.name}`, trained {WAYS[other.family]} on the same melodies: by "
        f"the total variation of {mine['count']} stretches, and of {theirs['count']} of the other, from "
        f"{mine['reference']} held-out ones, told apart where 95 % intervals do not meet, {verdict}."
    )
