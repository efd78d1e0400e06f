"""What a card says follows from the numbers, in either direction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from explorer.checkpoints import Config
from explorer.training.sequences.card import remarks

MELODIES = {
    **{f"{name}_distance": 0.2 for name in ("pitch_class", "interval", "duration")},
    "share_in_key": 0.9,
    "share_in_key_floor": 0.95,
    "longest_copied_run": 5.0,
    "longest_copied_run_floor": 6.0,
}


def config(name: str, family: str, metrics: dict[str, float], sha256: str = "a") -> Config:
    values: dict[str, dict[str, Any]] = {
        key: {"value": value, "low": value, "high": value, "count": 50, "unit": ""} for key, value in metrics.items()
    }
    dataset = {"name": "melodies", "sha256": sha256}
    rest: dict[str, Any] = dict.fromkeys(("image", "latent_size", "likelihood", "condition"))
    empty: dict[str, Any] = {key: {} for key in ("title", "arguments", "training", "versions")}
    return Config(
        name, family=family, capabilities=[], priors=[], dataset=dataset, metrics=values, licence="", **rest, **empty
    )


def test_a_p_value_decides_what_is_said_of_the_test() -> None:
    numbers = {"mmd2": 0.1, "mmd_p_value": 0.2, "memorisation_p_value": 0.6}
    alike, apart = config("a", "recurrent_gan", numbers), config("a", "recurrent_gan", {**numbers, "mmd_p_value": 0.01})
    assert "cannot be told" in remarks(alike, "k", [])[0]
    assert "can be told" in remarks(apart, "k", [])[0]
    assert "are not found to be nearer" in remarks(apart, "k", [])[0]
    copies = config("a", "recurrent_gan", {**numbers, "memorisation_p_value": 0.01})
    assert "They are nearer to those trained on" in remarks(copies, "k", [])[0]


def test_models_of_the_same_melodies_are_compared_and_others_not() -> None:
    mine = config("mine", "recurrent_gan", MELODIES)
    nearer = config(
        "theirs", "notes", {**MELODIES, **{f"{name}_distance": 0.1 for name in ("pitch_class", "interval")}}
    )
    nearer.metrics["interval_distance"] |= {"low": 0.05, "high": 0.3}
    (first, second) = remarks(mine, None, [mine, nearer])
    assert "90.0% of its notes are in key" in first
    assert "Trained adversarially, beside `theirs`, trained by likelihood" in second
    assert second.endswith(
        "farther in pitch classes (0.200, the other 0.100); "
        "no different in intervals (0.200, the other 0.100), durations (0.200, the other 0.200)."
    )
    assert "nearer in pitch classes (0.100, the other 0.200); no different" in remarks(nearer, None, [mine])[1]
    elsewhere = replace(nearer, dataset={"name": "melodies", "sha256": "b"})
    assert len(remarks(mine, None, [elsewhere])) == 1


def test_sines_and_classes_have_their_sentences() -> None:
    shares = {"explained_share": 0.875, "frequency_distance": 0.3, "amplitude_distance": 0.05}
    floors = {"frequency_distance_floor": 0.1, "amplitude_distance_floor": 0.01}
    assert "87.5%" in remarks(config("a", "recurrent_gan", {**shares, **floors}), None, [])[0]
    transfer = {"train_synthetic_test_real": 0.8, "train_synthetic_test_real_floor": 0.99}
    assert "80.0% of real ones right" in remarks(config("a", "recurrent_gan", transfer), None, [])[0]
