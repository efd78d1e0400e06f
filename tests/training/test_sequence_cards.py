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
    "copied_share": 0.02,
}


def config(name: str, family: str, metrics: dict[str, float], sha256: str = "a") -> Config:
    values: dict[str, dict[str, Any]] = {
        key: {"value": value, "low": value, "high": value, "count": 50, "unit": "", "reference": 40}
        for key, value in metrics.items()
    }
    dataset = {"name": "melodies", "sha256": sha256}
    rest: dict[str, Any] = dict.fromkeys(("image", "latent_size", "likelihood", "condition"))
    empty: dict[str, Any] = {key: {} for key in ("title", "arguments", "training", "versions")}
    return Config(
        name, family=family, capabilities=[], priors=[], dataset=dataset, metrics=values, licence="", **rest, **empty
    )


def signals(**values: tuple[float, float, float]) -> Config:
    """A model of signals by value, low and high of what is not as it mostly is."""
    usual = {
        "mmd2": (0.015, 0.01, 0.02),
        "mmd2_detectable": (0.014, 0.014, 0.014),
        "mmd_p_value": (0.013, 0.008, 0.028),
        "two_sample_accuracy": (0.95, 0.9, 0.97),
        "nearest_in_training": (0.75, 0.75, 0.75),
        "memorisation_detectable": (0.36, 0.36, 0.36),
        "memorisation_p_value": (0.6, 0.6, 0.6),
        "mmd2_floor": (-0.003, -0.005, 0.012),
        "two_sample_accuracy_floor": (0.51, 0.44, 0.57),
        "nearest_in_training_floor": (0.8, 0.74, 0.86),
    }
    metrics = {
        name: {"value": value, "low": low, "high": high, "count": 500, "unit": "", "reference": 84}
        for name, (value, low, high) in (usual | values).items()
    }
    return replace(config("a", "recurrent_gan", {}), metrics=metrics)


def test_what_is_said_of_the_tests_follows_from_them() -> None:
    compared = {"kernel": "k(x, y)", "blocks": 8, "real": 84, "fake": 500}
    by_forest, by_mmd, memorised = remarks(signals(), compared, [])
    assert "can be told from real ones by a random forest" in by_forest
    assert "of 84 held-out real and 500 generated ones that it has not seen it names 95.0% [90.0%, 97.0%]" in by_forest
    assert "8 blocks of 500 generated sequences, each beside all 84 held-out ones" in by_mmd
    assert "k(x, y)" in by_mmd
    assert "MMD² of 0.015 [0.01, 0.02] and p-values of 0.008 to 0.028, median 0.013" in by_mmd
    assert "finds an MMD² of 0.014 in 80% of repetitions" in by_mmd
    assert "are not found to be nearer" in memorised
    assert "36% of whose sequences are copies would be found in 80% of repetitions" in memorised
    alike = signals(two_sample_accuracy=(0.52, 0.48, 0.56), memorisation_p_value=(0.01, 0.01, 0.01))
    by_forest, _, memorised = remarks(alike, compared, [])
    assert "are not told from real ones by a random forest" in by_forest
    assert "They are nearer to sequences trained on" in memorised


def test_models_of_the_same_melodies_are_compared_and_others_not() -> None:
    mine = config("mine", "recurrent_gan", MELODIES)
    nearer = config(
        "theirs", "notes", {**MELODIES, **{f"{name}_distance": 0.1 for name in ("pitch_class", "interval")}}
    )
    nearer.metrics["interval_distance"] |= {"low": 0.05, "high": 0.3}
    nearer.metrics["interval_distance"]["count"] = 70
    (first, second) = remarks(mine, {}, [mine, nearer])
    assert "In 50 generated stretches of 32 notes 90.0% [90.0%, 90.0%] of the notes are in key" in first
    assert "has 5 [5, 5] notes on average, in held-out chorales 6 [6, 6]." in first
    assert "2.0% [2.0%, 2.0%] of the generated stretches have a run of 12 notes or more" in first
    assert "Trained adversarially, beside `theirs`, trained by likelihood" in second
    assert "of 50 stretches, and of 70 of the other, from 40 held-out ones" in second
    assert second.endswith(
        "farther in pitch classes (0.2 [0.2, 0.2], the other 0.1 [0.1, 0.1]); not told apart in intervals "
        "(0.2 [0.2, 0.2], the other 0.1 [0.05, 0.3]), durations (0.2 [0.2, 0.2], the other 0.2 [0.2, 0.2])."
    )
    assert "nearer in pitch classes (0.1 [0.1, 0.1], the other 0.2 [0.2, 0.2])" in remarks(nearer, {}, [mine])[1]
    elsewhere = replace(nearer, dataset={"name": "melodies", "sha256": "b"})
    assert len(remarks(mine, {}, [elsewhere])) == 1


def test_a_note_model_s_bits_stand_beside_those_of_n_grams() -> None:
    bits = {"bits_per_note": 3.456, "trigram_bits_per_note": 3.7, "unigram_bits_per_note": 5.6}
    predicted, _ = remarks(config("a", "notes", {**MELODIES, **bits, "bits_below_trigram": 0.244}), {}, [])
    assert "A note of 50 held-out ones, ends among them, costs it 3.46 [3.46, 3.46] bits" in predicted
    assert "a trigram of the training notes 3.7 [3.7, 3.7], a unigram 5.6 [5.6, 5.6]" in predicted
    assert predicted.endswith("the trigram needs 0.24 [0.24, 0.24] bits more than the model.")


def test_sines_and_classes_have_their_sentences() -> None:
    shares = {"explained_share": 0.875, "frequency_distance": 0.3, "amplitude_distance": 0.05}
    floors = {"explained_share_floor": 1.0, "frequency_distance_floor": 0.1, "amplitude_distance_floor": 0.01}
    (said,) = remarks(config("a", "recurrent_gan", {**shares, **floors}), {}, [])
    assert "87.5% of a generated sequence's sum of squares (real waves: 100.0%)" in said
    assert "0.3 [0.3, 0.3] Hz" in said
    transfer = config("a", "recurrent_gan", {"train_synthetic_test_real": 0.8, "train_synthetic_test_real_floor": 0.99})
    transfer.metrics["train_synthetic_test_real"] |= {"low": 0.7, "high": 0.9}
    assert "gets 80.0% [70.0%, 90.0%] of 50 held-out real ones right" in remarks(transfer, {}, [])[0]
