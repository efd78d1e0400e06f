"""What the card of a model of sequences says of this very model: sentences that its numbers make."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from explorer.checkpoints import Config, write_atomically
from explorer.datasets.sequences import SEQUENCES
from explorer.training.card import card

WAYS = {"recurrent_gan": "adversarially", "notes": "by likelihood"}
"""How each family is trained."""
SIGNIFICANT = 0.05


def write_card(folder: Path, config: Config, kernel: str | None, others: Sequence[Config]) -> None:
    """Write the model card.

    Args:
        folder: of the checkpoint.
        config: its configuration.
        kernel: of its discrepancy, in words.
        others: configurations of other models; those of the same data are compared with.
    """
    source = SEQUENCES[config.dataset["name"]]
    write_atomically(folder / "README.md", card(config, source, "\n".join(remarks(config, kernel, others))).encode())


def remarks(config: Config, kernel: str | None, others: Sequence[Config]) -> list[str]:
    """What a model's numbers say, and what those of other models of the same data say beside them."""
    value = {name: entry["value"] for name, entry in config.metrics.items()}
    said = []
    if "mmd_p_value" in value:
        told = "can" if value["mmd_p_value"] < SIGNIFICANT else "cannot"
        nearer = "are" if value["memorisation_p_value"] < SIGNIFICANT else "are not found to be"
        said.append(
            f"By MMD with the kernel {kernel}, {config.metrics['mmd2']['count']} generated sequences {told} be told "
            f"from as many held-out ones (p = {value['mmd_p_value']:.3f}, permutation test). They {nearer} nearer to "
            f"those trained on than to those held out (p = {value['memorisation_p_value']:.2f}): the question that "
            "Esteban et al. (2017) put to theirs by a three-sample test."
        )
    if "explained_share" in value:
        said.append(
            f"On average the nearest sine wave explains {value['explained_share']:.1%} of a generated sequence's sum "
            f"of squares. Recovered frequencies are {value['frequency_distance']:.2f} Hz from the true distribution, "
            f"amplitudes {value['amplitude_distance']:.3f} (real waves: {value['frequency_distance_floor']:.2f} Hz, "
            f"{value['amplitude_distance_floor']:.3f})."
        )
    if "train_synthetic_test_real" in value:
        said.append(
            f"A classifier trained on its sequences gets {value['train_synthetic_test_real']:.1%} of real ones right "
            f"(balanced over the classes), one trained on real ones {value['train_synthetic_test_real_floor']:.1%}."
        )
    if "longest_copied_run" in value:
        said += [_melodies(config), *(_beside(config, other) for other in others if _comparable(config, other))]
    return said


def _melodies(config: Config) -> str:
    value = {name: entry["value"] for name, entry in config.metrics.items()}
    return (
        f"In stretches of 32 notes, {value['share_in_key']:.1%} of its notes are in key (held-out chorales: "
        f"{value['share_in_key_floor']:.1%}), and the longest run of notes copied from a chorale that it was trained "
        f"on has {value['longest_copied_run']:.1f} notes on average (held-out chorales: "
        f"{value['longest_copied_run_floor']:.1f})."
    )


def _comparable(config: Config, other: Config) -> bool:
    same = other.dataset["sha256"] == config.dataset["sha256"] and "interval_distance" in other.metrics
    return same and other.name != config.name


def _beside(config: Config, other: Config) -> str:
    """Adversarial training beside likelihood: who is nearer to held-out melodies where the intervals do not meet."""
    found: dict[str, list[str]] = {"nearer": [], "farther": [], "no different": []}
    for name, word in (("pitch_class", "pitch classes"), ("interval", "intervals"), ("duration", "durations")):
        mine, theirs = (each.metrics[f"{name}_distance"] for each in (config, other))
        told = (
            "nearer" if mine["high"] < theirs["low"] else "farther" if mine["low"] > theirs["high"] else "no different"
        )
        found[told].append(f"{word} ({mine['value']:.3f}, the other {theirs['value']:.3f})")
    verdict = "; ".join(f"{told} in {', '.join(words)}" for told, words in found.items() if words)
    return (
        f"Trained {WAYS[config.family]}, beside `{other.name}`, trained {WAYS[other.family]} on the same melodies: by "
        f"the total variation from held-out ones, told apart where 95 % intervals do not meet, {verdict}."
    )
