from __future__ import annotations

import numpy as np
import pytest

from explorer.checkpoints import CheckpointError
from explorer.figures.kl import kl_figure
from explorer.figures.robustness import robustness_figure
from explorer.figures.training import training_figure
from explorer.probes.training import history
from explorer.traces.measures import DamageCurve
from explorer.traces.training import History
from explorer.words import WordsError, catalogue, word


def test_the_kl_bars_are_the_values_largest_first() -> None:
    figure = kl_figure(np.array([0.5, 2.0, 0.0]), "en")
    assert list(figure.data[0].x) == ["z₂", "z₁", "z₃"]
    assert list(figure.data[0].y) == [2.0, 0.5, 0.0]


def test_the_training_lines_are_the_rows() -> None:
    trace = History(("step", "loss", "reconstruction", "kl"), np.array([[50, 9.0, -7.0, 2.0], [100, 8.0, -6.0, 2.5]]))
    figure = training_figure(trace, "en")
    loss, reconstruction, kl = figure.data
    assert [list(line.x) for line in figure.data] == [[50, 100]] * 3
    assert list(loss.y) == [9, 8]
    assert list(reconstruction.y) == [7, 6]
    assert list(kl.y) == [2, 2.5]


def test_the_robustness_lines_are_the_curves_with_their_intervals() -> None:
    rows = np.array([[0.1, 0.05, 0.2], [0.3, 0.2, 0.5]])
    curves = {
        "shift": DamageCurve("pixels", np.array([0.0, 2.0]), rows, 2 * rows, 40, 7),
        "fog": DamageCurve("metres", np.array([1.0, 3.0]), rows, rows, 40, 7),
    }
    figure = robustness_figure(curves, "en")
    assert [list(line.x) for line in figure.data] == [[0, 2], [0, 2], [1, 3], [1, 3]]
    model, untouched = figure.data[:2]
    np.testing.assert_allclose(model.y, [0.1, 0.3])
    np.testing.assert_allclose(untouched.y, [0.2, 0.6])
    np.testing.assert_allclose(model.y + np.array(model.error_y.array), [0.2, 0.5])
    np.testing.assert_allclose(model.y - np.array(model.error_y.arrayminus), [0.05, 0.2])
    assert figure.layout.xaxis.title.text == word("en", "figure.shift")
    assert figure.layout.xaxis2.title.text == "fog, metres"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_axes_have_words_and_units_in_both_languages(language: str) -> None:
    figure = kl_figure(np.ones(2), language)
    assert figure.layout.yaxis.title.text == word(language, "figure.kl_nats")
    assert "nat" in figure.layout.yaxis.title.text
    assert figure.layout.xaxis.title.text in catalogue(language).values()


@pytest.mark.parametrize("language", ["fr", "", "../en"])
def test_unknown_languages_are_refused(language: str) -> None:
    with pytest.raises(WordsError, match="en, zh"):
        kl_figure(np.ones(2), language)


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(WordsError, match=r"figure\.nothing"):
        word("en", "figure.nothing")


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        '{"columns": ["step"], "rows": []}',
        '{"columns": ["loss"], "rows": [[1]]}',
        '{"columns": ["step"], "rows": [[1], [1, 2]]}',
    ],
)
def test_a_history_that_is_none_is_refused(tmp_path: pytest.TempPathFactory, content: str) -> None:
    (tmp_path / "history.json").write_text(content)
    with pytest.raises(CheckpointError, match=r"history\.json"):
        history(tmp_path)
