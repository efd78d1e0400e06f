"""Figures of curves, tables and texts: the numbers are the trace's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.checkpoints import CheckpointError
from explorer.figures import FigureError, figure
from explorer.figures.kl import kl_figure
from explorer.figures.robustness import robustness_figure
from explorer.figures.sequences import note_name
from explorer.figures.theme import SERIES, TEXT
from explorer.metrics.proportions import proportion
from explorer.probes.training import history
from explorer.traces.effects import AttributeEffect, PairEffect
from explorer.traces.language import GatesTrace, Memory, Written
from explorer.traces.measures import Comparison, DamageCurve, Estimate, FactorTable
from explorer.traces.sequences import Melodies, Signals
from explorer.traces.training import History
from explorer.words import WordsError, word
from tests.figures.drawn import panel, same, traces
from tests.figures.traces import OF


def test_written_text_reads_on_from_line_to_line() -> None:
    trace = OF[Written]
    heat, prompt = figure(trace).data
    letters = [letter for row in heat.text for letter in row if letter]
    assert "".join(letters) == "To⏎be␣it"
    surprise = [value for row in heat.z for value in row]
    assert surprise[:3] == [None] * 3
    same(surprise[3:8], trace.surprise)
    assert set(surprise[8:]) == {None}
    assert list(prompt.text) == ["T", "o", "⏎"]
    long = replace(trace, text="x" * 100, tokens=np.ones(100, np.int64), surprise=np.arange(100.0))
    rows = figure(long).data[0].z
    assert len(rows) == 3
    same([value for row in rows for value in row][3:103], long.surprise)


def test_gates_are_a_row_for_each_unit_and_a_column_for_each_character() -> None:
    trace = OF[GatesTrace]
    drawn = figure(trace)
    same(panel(drawn, 1)[0].y, trace.surprise)
    for number, (name, values) in enumerate(trace.quantity.items(), 2):
        (heat,) = panel(drawn, number)
        whole = np.asarray(heat.z)
        assert list(heat.x) == [-1, 0, 1, 2, 3]
        for unit, label in enumerate(heat.y):
            layer, index = divmod(unit, 3)
            assert label == word("en", "gates.unit", layer=layer, index=index)
            same(whole[unit], [trace.before[name][layer, index], *values[:, layer, index]])
    assert list(drawn.layout.xaxis2.ticktext) == ["⏎", "a", "⏎", "b", "c"]
    ranges = [(each.zmin, each.zmax, each.zmid) for each in traces(drawn, "heatmap")]
    assert ranges == [(0, 1, None), (None, None, 0), (-1, 1, 0), (0, 1, None)]
    (likely,) = panel(drawn, 5)
    same(likely.z, trace.likely_probability.T)
    assert [list(row) for row in likely.text] == [["a", "b", "\ufffd", "⏎"], ["⏎", "a", "b", "a"]]


def test_memory_is_a_median_in_its_band_on_a_logarithmic_axis() -> None:
    trace = OF[Memory]
    drawn = figure(trace)
    for number, variants in ((1, trace.state), (2, trace.hidden), (3, trace.gradient)):
        low, high, middle = panel(drawn, number)[:3]
        same([low.y, middle.y, high.y], variants["initial"].T)
        same(middle.x, trace.lag)
        assert middle.name == word("en", "gates.memory_initial")
        assert panel(drawn, number)[5].name == word("en", "gates.memory_bias_of", bias="3")
    assert (drawn.layout.yaxis.type, drawn.layout.yaxis3.type) == ("log", "log")


def test_an_estimate_has_its_interval_and_its_unit() -> None:
    drawn = figure(OF[Estimate])
    (point,) = drawn.data
    assert (list(point.x), list(point.error_x.array), list(point.error_x.arrayminus)) == ([-3], [1], [0.5])
    assert list(point.y) == ["40 samples"]
    assert list(figure(OF[Comparison]).data[0].y) == ["40 beside 360"]
    assert drawn.layout.xaxis.title.text == word("en", "unit.nats")
    assert figure(OF[Estimate], "zh").layout.xaxis.title.text == word("zh", "unit.nats")
    assert figure(replace(OF[Estimate], unit="furlongs"), "zh").layout.xaxis.title.text == "furlongs"


@pytest.mark.parametrize("changes", [{"low": -2.5}, {"high": -4.0}, {"value": float("nan")}])
def test_an_estimate_beside_its_interval_is_refused(changes: dict[str, float]) -> None:
    with pytest.raises(FigureError, match=r"^Estimate: expected"):
        figure(replace(OF[Estimate], **changes))


def test_factors_are_the_tables() -> None:
    trace = OF[FactorTable]
    information, importance, entropy = figure(trace).data
    same(information.z, trace.information)
    same(importance.z, trace.importance)
    same(entropy.x, trace.entropy)
    assert list(entropy.y) == ["skin", "unheard"]
    assert figure(trace, "zh").data[2].y[0] == word("zh", "attribute.skin")


def test_effects_are_shares_with_wilsons_intervals() -> None:
    trace = OF[AttributeEffect]
    drawn = figure(trace)
    none, ceiling, hat = panel(drawn, 1)
    for line, counts, moved in ((none, trace.present[0], 40), (hat, trace.present[1], 50)):
        expected = [proportion(int(each), moved, "share") for each in counts]
        same(line.x, trace.strength)
        np.testing.assert_allclose(line.y, [each.value for each in expected], rtol=1e-12)
        np.testing.assert_allclose(line.customdata, [(each.low, each.high) for each in expected], rtol=1e-12)
        np.testing.assert_allclose(line.y + line.error_y.array, [each.high for each in expected], rtol=1e-12)
    same(ceiling.y, [0.9, 0.9])
    counts = (trace.any_changed, trace.changed[:, :, 0], trace.whole)
    for number, each in enumerate(counts, 2):
        np.testing.assert_allclose([line.y for line in panel(drawn, number)], each / trace.count[:, :1], rtol=1e-12)
    alone = figure(replace(trace, others=[], changed=trace.changed[:, :, :0], whole=None, pairs=None))
    assert {each.xaxis for each in alone.data} == {"x"}


def test_pairs_are_the_distances_in_the_colours_of_all_values() -> None:
    trace = OF[PairEffect]
    drawn = figure(trace)
    (gain,) = panel(drawn, 1)
    distance, best, along = panel(drawn, 2)[:3]
    for line, values in ((gain, trace.gain[0]), (distance, trace.distance[0])):
        same(np.column_stack([line.y, line.customdata]), values)
    for line, values in ((best, trace.best[0]), (along, trace.pair_distance[0])):
        same(np.column_stack([line.y, line.customdata]), [values, values])
        same(line.x, [0, 1])
    assert [each.y[0] for each in traces(drawn, "bar")] == [20, 15, 4, trace.cosine[0]]
    beside = [each for each in figure(OF[AttributeEffect]).data if each.name == "hat"]
    assert len({each.line.color for each in beside}) == 1


def test_the_signals_are_the_values_over_seconds() -> None:
    trace = OF[Signals]
    drawn = figure(trace)
    same([each.y for each in drawn.data], trace.values)
    same(drawn.data[0].x, trace.seconds)
    assert drawn.layout.yaxis.title.text.endswith("mV")


def test_a_piano_roll_has_every_note_and_no_rest() -> None:
    trace = OF[Melodies]
    first, second = figure(trace).data
    assert (list(first.base), list(first.x), list(first.y)) == ([0, 1.5], [1, 2], [60, 67])
    assert (list(second.base), list(second.x), list(second.y)) == ([0], [4], [72])
    assert list(first.customdata) == ["C4", "G4"]
    assert (note_name(61), note_name(21)) == ("C♯4", "A0")
    silent = replace(trace, midi=np.zeros(4, np.int64))
    assert [len(each.x) for each in figure(silent).data] == [0, 0]


def test_a_history_has_a_curve_for_each_column() -> None:
    trace = OF[History]
    drawn = figure(trace)
    assert [list(line.x) for line in drawn.data] == [[50, 100]] * 4
    assert [list(line.y) for line in drawn.data] == [[100, None], [9, 8], [-7, -6], [2, 2.5]]
    assert [drawn.layout[f"yaxis{number}"].type for number in ("", 2, 3, 4)] == ["log", None, None, None]
    assert word("en", "figure.nats") in drawn.layout.yaxis3.title.text.replace("<br>", " ")


def test_networks_against_each_other_share_their_axes() -> None:
    columns = ("step", "discriminator_loss", "generator_loss", "accuracy", "unheard")
    drawn = figure(History(columns, np.arange(10.0).reshape(2, 5)))
    assert [each.name for each in panel(drawn, 1)] == ["discriminator", "generator"]
    assert [list(each.y) for each in drawn.data] == [[1, 6], [2, 7], [3, 8], [4, 9]]
    assert [drawn.layout[f"yaxis{number}"].title.text for number in (2, 3)] == [
        "Accuracy of the discriminator",
        "unheard",
    ]


def test_a_history_of_steps_alone_is_refused() -> None:
    with pytest.raises(FigureError, match=r"^History\.columns: expected"):
        figure(History(("step",), np.array([[1.0]])))
    with pytest.raises(FigureError, match=r"^History\.rows: expected finite steps"):
        figure(History(("step", "loss"), np.array([[np.nan, 1.0]])))


def test_the_kl_bars_are_the_values_largest_first() -> None:
    drawn = kl_figure(np.array([0.5, 2.0, 0.0]), "en")
    assert list(drawn.data[0].x) == ["z₂", "z₁", "z₃"]
    assert list(drawn.data[0].y) == [2.0, 0.5, 0.0]


def test_the_robustness_lines_are_the_curves_with_their_intervals() -> None:
    rows = np.array([[0.1, 0.05, 0.2], [0.3, 0.2, 0.5]])
    curves = {
        "shift": DamageCurve("pixels", np.array([0.0, 2.0]), rows, 2 * rows, 40, 7),
        "fog": DamageCurve("metres", np.array([1.0, 3.0]), rows, rows, 40, 7),
    }
    drawn = robustness_figure(curves, "en")
    assert [list(line.x) for line in drawn.data] == [[0, 2], [0, 2], [1, 3], [1, 3]]
    model, untouched = drawn.data[:2]
    np.testing.assert_allclose(model.y, [0.1, 0.3])
    np.testing.assert_allclose(untouched.y, [0.2, 0.6])
    np.testing.assert_allclose(model.y + np.array(model.error_y.array), [0.2, 0.5])
    np.testing.assert_allclose(model.y - np.array(model.error_y.arrayminus), [0.05, 0.2])
    assert drawn.layout.xaxis.title.text == word("en", "figure.shift")
    assert drawn.layout.xaxis2.title.text == "fog, metres"
    same([line.y for line in figure(curves["shift"]).data], [model.y, untouched.y])


def luminance(colour: str) -> float:
    shares = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("colour", [*SERIES, TEXT])
def test_colours_are_seen_on_light_and_on_dark(colour: str) -> None:
    light, own, dark = (luminance(each) + 0.05 for each in ("#ffffff", colour, "#12151b"))
    assert min(light / own, own / dark) >= (4 if colour == TEXT else 3)


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
def test_a_history_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "history.json").write_text(content)
    with pytest.raises(CheckpointError, match=r"history\.json"):
        history(tmp_path)
