"""The Sample view of sequence models: what is drawn, judged, saved and heard is what Python makes of the same seeds."""

from __future__ import annotations

import csv
import io
import math
import re
import struct
import wave
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page, expect
from sequence_toys import CONDITION, NOTES, TOYS, examples, toy_model, toy_sequences
from site_server import Site
from waiting import wait_until

from explorer.cli.export import write_site
from explorer.probes.sequences import generate, labels, noise, write_melodies

CASES = Path(__file__).parents[1] / "cases"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All toys."""
    folder = tmp_path_factory.mktemp("sequences") / "checkpoints"
    for name in TOYS:
        toy_sequences(folder / name, name)
    return folder


@pytest.fixture
def opened(page: Page, site: Site, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """Open the Sample view of a model with a query."""
    if "sequence-page" not in site.folders:
        out = tmp_path_factory.mktemp("sequences") / "site"
        write_site(out, folder)
        site.mount("sequence-page", out)

    def go(model: str, **query: str) -> Page:
        page.goto(f"{site.url}/sequence-page/?{urlencode({'view': 'sample', 'model': model, 'lang': 'en', **query})}")
        expect(page.locator(".sequence-stage h2")).not_to_be_empty()
        return page

    return go


def saved(page: Page, kind: str) -> tuple[str, bytes]:
    """Name and content of a file that the stage offers."""
    with page.expect_download() as waiting:
        page.locator(f"[data-file={kind}]").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def curve(page: Page) -> tuple[list[str], NDArray[np.float64]]:
    """The curve on the stage: the head of its columns, and seconds and values (N, 2)."""
    head, *rows = csv.reader(io.StringIO(saved(page, "csv")[1].decode()))
    return head, np.array(rows, np.float64)


def table(page: Page, histogram: str) -> list[list[str]]:
    """The numbers of a histogram of real and generated sequences, as its menu gives them."""
    figure = page.locator(f"[data-histogram={histogram}]")
    figure.locator(".chart-menu > summary").click()
    with page.expect_download() as waiting:
        figure.get_by_role("button", name="Numbers (CSV)").click()
    return list(csv.reader(io.StringIO(waiting.value.path().read_text(encoding="utf-8-sig"), newline="")))


def notes(page: Page) -> list[tuple[int | None, float]]:
    """The melody on the stage: pitches, and quarter notes, of the MIDI file's events."""
    content = saved(page, "midi")[1]
    assert content[:14] == b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480)
    at, now, found = 22, 0, []
    start = last = 0
    while at < len(content):
        ticks = 0
        while content[at] & 128:
            ticks, at = ticks * 128 + content[at] % 128, at + 1
        ticks, at = ticks * 128 + content[at], at + 1
        now += ticks
        status = content[at]
        if status == 0xFF:
            at += 3 + content[at + 2]
        elif status == 0x90:
            if now > last:
                found.append((None, (now - last) / 480))
            start, at = now, at + 3
        else:
            assert status == 0x80
            found.append((content[at + 1], (now - start) / 480))
            last, at = now, at + 3
    return found


def melody(tokens: NDArray[np.int64]) -> list[tuple[int | None, float]]:
    """What :func:`notes` finds for tokens (n, 2): rests one after the other are one, and rests at the end are none."""
    found: list[tuple[int | None, float]] = []
    for pitch, duration in tokens:
        length = NOTES["durations"][duration]  # type: ignore[index]
        if pitch == 1 and found and found[-1][0] is None:
            found[-1] = (None, found[-1][1] + length)
        else:
            found.append((None if pitch == 1 else NOTES["pitches"][pitch - 2], length))  # type: ignore[index]
    while found and found[-1][0] is None:
        found.pop()
    return found


def state(page: Page, last: str) -> dict[str, str]:
    """The address, once the change that shows as ``last`` is in it: it is written a little later."""
    page.wait_for_url(re.compile(last))
    return {key: value[0] for key, value in parse_qs(urlsplit(page.url).query).items()}


def test_the_stage_shows_what_python_generates_and_d_says_of_it(opened: Open) -> None:
    page = opened("rgan-signal-toy", seed="40", pick="2")
    model, label = toy_model("rgan-signal-toy"), labels([42], CONDITION["shares"])  # type: ignore[arg-type]
    expected = generate(model, [42], label)
    head, rows = curve(page)
    assert head == ["seconds", "mV"]
    np.testing.assert_allclose(rows[:, 0], np.arange(24) / 12)
    np.testing.assert_allclose(rows[:, 1], model.sequence.values(expected)[0], atol=2e-5)
    mean = model.judge_steps(expected, label).mean().item()
    probability = f"{1 / (1 + math.exp(-mean)):.3g}"
    taken = "real" if mean > 0 else "generated"
    expect(page.locator(".sequence-verdict")).to_have_text(
        f"Over all steps D says {probability}: it takes this for {taken}."
    )
    expect(page.locator(".sequence-said")).to_have_text(CONDITION["values"][int(label[0].argmax())])  # type: ignore[index]
    expect(page.locator(".sequence-sheet .sequence-tile[aria-pressed=true]")).to_have_text("42")


def test_class_and_noise_are_chosen_and_kept_in_the_link(opened: Open) -> None:
    page = opened("rgan-signal-toy", seed="7")
    page.get_by_label("Class", exact=True).select_option("2")
    page.get_by_role("button", name="one for all steps").click()
    model = toy_model("rgan-signal-toy")
    held = noise([7], 24, 3)[:, :1].expand(-1, 24, -1)
    expected = model.sequence.values(model.generate_sequences(held, torch.tensor([[0.0, 0, 1]])))
    np.testing.assert_allclose(curve(page)[1][:, 1], expected[0], atol=2e-5)
    kept = state(page, "noise=constant")
    assert (kept["class"], kept["noise"], kept["seed"]) == ("wide", "constant", "7")
    page.reload()
    expect(page.locator(".sequence-said")).to_have_text("wide")
    np.testing.assert_allclose(curve(page)[1][:, 1], expected[0], atol=2e-5)


def test_the_way_between_two_seeds(opened: Open) -> None:
    page = opened("rgan-notes-toy", seed="3")
    way = page.locator(".sequence-section").first
    way.get_by_label("To seed").fill("9")
    way.locator(".sequence-tile").nth(4).click()  # 4/6 of the way
    expect(page.locator(".sequence-stage h2")).to_have_text("67 % of the way from 3 to 9")
    one, other = noise([3, 9], 16, 5)
    angle = math.pi / 2 * 4 / 6
    model = toy_model("rgan-notes-toy")
    tokens = model.sequence.tokens(model.generate_sequences((math.cos(angle) * one + math.sin(angle) * other)[None]))[0]
    ends = (tokens[:, 0] == 0).nonzero()
    assert notes(page) == melody(tokens[: int(ends[0]) if len(ends) else 16].numpy())
    kept = state(page, "share=")
    assert kept["to"] == "9"
    assert float(kept["share"]) == pytest.approx(4 / 6)


def test_melodies_are_pythons_and_their_surprise_is_told(opened: Open) -> None:
    page = opened("notes-toy", seed="10", temperature="0.8")
    (expected,) = write_melodies(toy_model("notes-toy"), [10], 0.8)
    assert notes(page) == melody(expected.tokens)
    said = f"{expected.surprise.mean():.2f} bits a note on average, over {len(expected.tokens)} notes."
    expect(page.locator(".sequence-verdict")).to_have_text(said)
    name, content = saved(page, "wav")
    assert name == "notes-toy-seed-10.wav"
    with wave.open(io.BytesIO(content)) as file:
        quarters = sum(NOTES["durations"][duration] for _, duration in expected.tokens)  # type: ignore[index]
        assert file.getnframes() == round(quarters * 60 / 120 * 44_100)
        assert np.abs(np.frombuffer(file.readframes(44_100), "<i2")).max() > 1000


def test_notes_lie_where_they_sound(opened: Open) -> None:
    page = opened("notes-toy", seed="10")
    (expected,) = write_melodies(toy_model("notes-toy"), [10])
    lengths = np.array([NOTES["durations"][duration] for _, duration in expected.tokens])  # type: ignore[index]
    middles = lengths.cumsum() - lengths / 2
    look = """(canvas, places) => {
      const context = canvas.getContext("2d");
      const [wide, tall] = [canvas.width - 68, canvas.height - 46]; // without the margins
      const probe = document.createElement("canvas").getContext("2d");
      probe.fillStyle = getComputedStyle(canvas).getPropertyValue("--fake");
      probe.fillRect(0, 0, 1, 1);
      const colour = String(probe.getImageData(0, 0, 1, 1).data);
      return places.map(([x, y]) => String(context.getImageData(56 + x * wide, 8 + y * tall, 1, 1).data) === colour);
    }"""
    pitches = range(60, 73)
    places = [[float(x / lengths.sum()), (72 - pitch + 0.5) / len(pitches)] for x in middles for pitch in pitches]
    sounding = [
        [token > 1 and NOTES["pitches"][token - 2] == pitch for pitch in pitches] for token, _ in expected.tokens
    ]  # type: ignore[index]
    expect(page.locator(".sequence-roll canvas")).not_to_have_attribute("width", "300")  # it is drawn
    painted = np.array(page.locator(".sequence-roll canvas").evaluate(look, places)).reshape(-1, len(pitches))
    np.testing.assert_array_equal(painted, sounding)


def test_real_sequences_are_shown_judged_and_never_made_up(opened: Open) -> None:
    page = opened("rgan-signal-toy")
    page.locator(".sequence-sheet .sequence-tiles").nth(1).locator(".sequence-tile").nth(2).click()
    expect(page.locator(".sequence-stage h2")).to_have_text("Real 3")
    np.testing.assert_allclose(curve(page)[1][:, 1], examples("rgan-signal-toy")["samples"][2], atol=1e-6)
    opened("rgan-notes-toy")
    expect(page.locator(".sequence-sheet .sequence-tiles")).to_have_count(1)


def choose(page: Page, name: str, content: bytes) -> None:
    page.locator(".sequence-file").set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})


def test_the_visitors_curve_is_judged(opened: Open) -> None:
    page = opened("rgan-signal-toy", **{"class": "early"})
    values = np.linspace(-1, 2, 24).round(3)
    choose(page, "mine.csv", "\n".join(map(str, values)).encode())
    expect(page.locator(".sequence-stage h2")).to_have_text("Yours")
    model = toy_model("rgan-signal-toy")
    numbers = model.sequence.numbers(torch.tensor(values, dtype=torch.float32)[None])
    mean = model.judge_steps(numbers, torch.tensor([[0.0, 1, 0]])).mean().item()
    expect(page.locator(".sequence-verdict")).to_contain_text(f"{1 / (1 + math.exp(-mean)):.3g}")
    for content, words in ((b"", "holds no numbers"), (b"1\n2\n", "Expected 24 numbers"), (b"\x00\xff\n" * 99, "Line")):
        choose(page, "mine.csv", content)
        expect(page.locator(".sequence-section .complaint").last).to_contain_text(words)
        expect(page.locator(".sequence-stage h2")).to_have_text("Yours")  # nothing is lost


def test_the_visitors_melody_is_read_and_continued(opened: Open) -> None:
    page = opened("notes-toy", seed="4")
    track = bytes.fromhex("00903e40 60803e00 00904040 30804000 00ff2f00")  # D4, a quarter note; E4, half of one
    header = b"MThd" + struct.pack(">IHHH", 6, 0, 1, 96) + b"MTrk"
    choose(page, "mine.mid", header + struct.pack(">I", len(track)) + track)
    expect(page.locator(".sequence-stage h2")).to_have_text("Yours")
    model = toy_model("notes-toy")
    tokens = torch.tensor([[[3, 3], [4, 2]]])
    bits = -model.log_probability(tokens).mean().item() / math.log(2)
    expect(page.locator(".sequence-verdict")).to_have_text(f"{bits:.2f} bits a note on average, over 2 notes.")
    page.get_by_role("button", name="Let the model go on from it").click()
    expect(page.locator(".sequence-stage h2")).to_have_text("Yours, continued after 2 notes")
    assert notes(page)[:2] == [(62, 1), (64, 0.5)]
    hours = b"\x00\x90\x3c\x40\xff\xff\xff\x7f\x80\x3c\x00\x00\xff\x2f\x00"
    for content, words in (
        (b"", "no MIDI file"),
        (b"<svg onload=alert(1)>", "no MIDI file"),
        (header + struct.pack(">I", len(hours)) + hours, "minutes"),
        (header + struct.pack(">I", 4) + track[-4:], "holds no notes"),
        (header + struct.pack(">I", 99) + track, "damaged"),
    ):
        choose(page, "mine.mid", content)
        expect(page.locator(".sequence-section .complaint").last).to_contain_text(words)


def test_a_rest_too_long_for_the_model_is_said_to_be_a_rest(opened: Open) -> None:
    page = opened("notes-toy")
    choose(page, "rest.mid", (CASES / "midi" / "15_long_rest_16.mid").read_bytes())
    expect(page.locator(".sequence-stage")).to_contain_text("Rests set to the nearest length that the model knows")
    expect(page.locator(".sequence-stage")).not_to_contain_text("Notes set to")


def test_a_column_with_an_empty_cell_is_named(opened: Open) -> None:
    page = opened("rgan-signal-toy")
    choose(page, "mine.csv", (CASES / "csv" / "missing_last_cell.csv").read_bytes())
    expect(page.locator(".sequence-section .complaint").last).to_contain_text("Line 2 should end in a number")
    choose(page, "mine.csv", (CASES / "csv" / "thousands.csv").read_bytes())
    expect(page.locator(".sequence-section .complaint").last).to_contain_text("“1,234.5” in line 1 can be read as more")


def test_playing_moves_the_cursor_and_ends(opened: Open) -> None:
    page = opened("notes-toy", seed="7")
    play, cursor = page.locator(".sequence-play"), page.locator(".sequence-roll .chart-cursor")
    expect(cursor).to_be_hidden()
    page.locator(".sequence-stage .chart-at").first.evaluate(
        """(node) => {
          const sounded = new Set();
          const look = () => {
            if (node.textContent) sounded.add(node.textContent);
            if (sounded.size > 1) document.body.dataset.sounded = "notes";
          };
          new MutationObserver(look).observe(node, { childList: true });
        }"""
    )
    play.click()
    expect(play).to_have_text("■ Stop")
    expect(cursor).to_be_visible()
    expect(page.locator("body[data-sounded=notes]")).to_be_attached()
    page.locator(".sequence-sheet .sequence-tile").nth(1).click()  # another melody goes on sounding
    expect(page.locator(".sequence-stage h2")).to_have_text("Seed 8")
    expect(play).to_have_text("▶ Play")  # by itself, at the end
    expect(cursor).to_be_hidden()
    play.click()
    expect(play).to_have_text("■ Stop")
    play.click()
    expect(play).to_have_text("▶ Play")


def test_the_cursor_is_where_the_sound_is(opened: Open) -> None:
    """2.5 seconds of sound are the whole of a signal, from its first sample to its last; a melody has its tempo."""
    page = opened("notes-toy")
    places = page.evaluate(
        """async () => {
          const { NotesForm, SignalForm } = await import("/browser/runtime/sequences/form.js");
          const signal = new SignalForm({ length: 24, rate: 12, unit: "" });
          const melody = new NotesForm({ length: 16, pitches: [60], durations: [0, 1], tempo: 90 });
          return [...[0, 1.25, 2.5].map((seconds) => signal.place(seconds)), melody.place(2)];
        }"""
    )
    np.testing.assert_allclose(places, [0, 1000 * 23 / 24, 1000 * 23 / 12, 3])


def test_between_two_classes_the_nearer_seed_s_is_made(opened: Open) -> None:
    drawn = labels(list(range(20)), CONDITION["shares"])  # type: ignore[arg-type]
    assert drawn is not None
    codes = drawn.argmax(1).tolist()
    other = next(seed for seed in range(1, 20) if codes[seed] != codes[0])
    for share, code in (("0.25", codes[0]), ("0.75", codes[other])):
        page = opened("rgan-signal-toy", seed="0", to=str(other), share=share)
        expect(page.locator(".sequence-said")).to_have_text(CONDITION["values"][code])  # type: ignore[index]


def test_measures_and_distributions(opened: Open) -> None:
    page = opened("rgan-signal-toy")
    cells = page.locator(".sequence-table td")
    for place, text in enumerate(("0.0123 (0.01 … 0.02)", "0 (−0.001 … 0.001)", "400"), 1):
        expect(cells.nth(place)).to_have_text(text)
    figure = page.locator("[data-histogram=frequency]")
    head, *rows = table(page, "frequency")
    assert [name.split()[0] for name in head[-2:]] == ["Generated", "Real"]
    assert [[float(each) for each in row[-2:]] for row in rows[:3]] == [[20, 50], [20, 25], [60, 25]]
    expect(figure).to_contain_text("in common: 65.0 %")
    sizes = "3 blocks of 500 generated sequences, each beside 400 real ones"
    expect(page.locator(".sequence-measures")).to_contain_text(sizes)


def test_two_ways_of_training_stand_side_by_side(opened: Open) -> None:
    page = opened("rgan-notes-toy")
    row = page.locator("[data-metric=interval_distance] td")
    expect(row).to_have_count(6)  # once the other model has come
    expect(page.locator(".sequence-measures")).to_contain_text("500 generated and 400 real sequences")
    for place, text in enumerate(("0.3 (0.25 … 0.35)", "0.1 (0.08 … 0.12)", "0.05 (0.04 … 0.06)"), 1):
        expect(row.nth(place)).to_have_text(text)
    for place, text in enumerate(("–", "2.5 (2.4 … 2.6)", "–"), 1):
        expect(page.locator("[data-metric=bits_per_note] td").nth(place)).to_have_text(text)
    expect(page.locator(".sequence-measured > p:not(.note)")).to_have_text(
        [
            "Toy notes-toy is clearly nearer to real sequences in: intervals, distance from real.",
            "No difference that so many sequences could show in: share of notes in key.",
        ]
    )
    _, *rows = table(page, "pitch_class")
    assert [[float(each) for each in row[-3:]] for row in rows[:3]] == [[20, 50, 50], [20, 50, 25], [60, 0, 25]]


def test_a_discriminator_of_whole_batches_says_nothing_of_one(opened: Open) -> None:
    page = opened("rgan-batch-toy")
    expect(page.locator(".sequence-charts .chart")).to_have_count(1)
    expect(page.locator(".sequence-verdict")).to_be_empty()


def test_impossible_links_are_told_and_do_no_harm(opened: Open) -> None:
    page = opened("notes-toy", temperature="hot", seed="-1", pick="99", share="0.5")
    refusals = page.locator(".view-body .messages .message")
    expect(refusals).to_have_count(3)
    expect(refusals.nth(1)).to_contain_text("pick=99")
    (expected,) = write_melodies(toy_model("notes-toy"), [1])
    assert notes(page) == melody(expected.tokens)


@pytest.mark.parametrize("model", ["rgan-signal-toy", "notes-toy"])
def test_it_fits_a_phone(opened: Open, model: str) -> None:
    page = opened(model, lang="zh")
    page.set_viewport_size({"width": 390, "height": 844})
    wait_until(page, "document.documentElement.scrollWidth === 390")
