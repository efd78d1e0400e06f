"""Live runs in the page: growing, scrubbed, forked, changed, diverging, in a background thread."""

from __future__ import annotations

import numpy as np
from planar_page import UNTIL, in_page
from playwright.sync_api import Page

from explorer.families.planar_settings import PlanarSettings

SMALL = {"generator": {"widths": [8]}, "discriminator": {"widths": [8]}, "batch": 32}


def test_a_run_trains_in_the_background_and_keeps_what_was(runtime: Page) -> None:
    """Every snapshot is what the engine gives at that iteration; the history covers each iteration once."""
    iterations, states, losses, history, speed, length = in_page(
        runtime,
        UNTIL
        + """const run = startLive(argument);
        run.play();
        await until(run, () => run.iterations.at(-1) >= 60);
        const speed = run.speed;
        run.pause();
        await until(run, () => run.iterations.at(-1) >= 60 && !run.running);
        run.destroy();
        const { createEngine } = await load("engine");
        const engine = createEngine(kernels, run.settings);
        const losses = [];
        const states = [];
        for (const i of [0, 1, 17, run.length - 1]) {
          while (engine.iteration < run.iterations[i]) {
            engine.iterate();
            losses.push([engine.last.losses.discriminator, engine.last.losses.generator]);
          }
          states.push([run.state(i), engine.state()]);
        }
        return [run.iterations, states, losses, run.history, speed, run.length];""",
        SMALL,
    )
    assert iterations == sorted(set(iterations))
    assert iterations[0] == 0
    assert len(iterations) == length
    assert speed > 0
    for kept, expected in states:
        assert kept == expected
    assert history["columns"][0] == "iteration"
    ends = [row[0] for row in history["rows"]]
    # A fast machine is past the most rows before it pauses; each row is then a mean of as many iterations as any other.
    stride = ends[0]
    assert ends == list(range(stride, iterations[-1] + 1, stride))
    means = np.reshape(losses[: ends[-1]], (-1, stride, 2)).mean(axis=1)
    np.testing.assert_allclose([row[1:3] for row in history["rows"]], means, rtol=1e-12)


def test_a_fork_repeats_the_run(runtime: Page) -> None:
    original, forked, past, history = in_page(
        runtime,
        UNTIL
        + """const run = startLive(argument);
        for (let i = 0; i < 12; i++) run.step("both");
        await until(run, () => run.iterations.at(-1) === 12);
        const fork = run.fork(5);
        for (let i = 0; i < 7; i++) fork.step("both");
        await until(fork, () => fork.iterations.at(-1) === 12);
        run.destroy();
        fork.destroy();
        const rows = [run, fork].map((each) => each.history.rows);
        return [run.state(12), fork.state(fork.length - 1), fork.iterations, rows];""",
        SMALL,
    )
    assert original == forked
    assert past == list(range(13))
    assert history[0] == history[1]


def test_single_updates_and_changes(runtime: Page) -> None:
    """D alone moves D alone; a learning rate changes from there on; what would need other networks is refused."""
    counters, changed, refusals, untouched = in_page(
        runtime,
        UNTIL
        + """const run = startLive(argument);
        run.step("discriminator");
        run.step("discriminator");
        run.step("generator");
        await until(run, () => run.state(run.length - 1).generatorUpdates === 1);
        const counters = [0, 1, 2, 3].map((i) => {
          const { iteration, discriminatorUpdates, generatorUpdates } = run.state(i);
          return [iteration, discriminatorUpdates, generatorUpdates];
        });
        const refusals = await Promise.all([
          { batch: 8 }, { optimisers: { generator: { kind: "sgd" } } }, { discriminator_steps: 99 },
        ].map((partial) => run.change(partial).catch((error) => error.key)));
        const untouched = run.settings;
        await run.change({ optimisers: { generator: { learning_rate: 0.5 } }, generator_steps: 3 });
        const { optimisers, generator_steps } = run.settings;
        run.step("both");
        await until(run, () => run.iterations.at(-1) === 1);
        const { generatorUpdates } = run.state(run.length - 1);
        run.destroy();
        const changed = [optimisers.generator.learning_rate, generator_steps, generatorUpdates];
        return [counters, changed, refusals, untouched];""",
        SMALL,
    )
    assert counters == [[0, 0, 0], [0, 1, 0], [0, 2, 0], [0, 2, 1]]
    assert changed == [0.5, 3, 4]
    assert refusals == ["lab.error_fixed", "lab.error_fixed", "lab.error_whole"]
    assert untouched == PlanarSettings.from_json(SMALL).as_json()


def test_snapshots_and_history_thin_evenly(runtime: Page) -> None:
    """However long a run is, a bounded number of evenly spaced moments and rows remain, and the last one."""
    found = in_page(
        runtime,
        """const { Session } = await load("session");
        const { initialState } = await load("initial");
        const { checkSettings } = await load("settings");
        const settings = checkSettings(argument);
        const session = new Session(kernels, settings, initialState(settings), { snapshots: 20, rows: 16 });
        let kept = [{ sequence: 0 }];
        let most = 0;
        for (let i = 0; i < 333; i++) {
          session.step("both");
          if (i % 5 !== 0 && i !== 332) continue;
          const { snapshots, stride } = session.drain();
          kept = [...kept.filter(({ sequence }) => sequence % stride === 0), ...snapshots];
          most = Math.max(most, kept.length);
        }
        return { most, kept: kept.map(({ sequence }) => sequence), rows: session.recorder.rows };""",
        SMALL,
    )
    assert found["most"] <= 22
    assert found["kept"][-1] == 333
    assert found["kept"][:-1] == list(range(0, 333, 32))
    ends = [row[0] for row in found["rows"]]
    assert len(ends) <= 16
    assert set(np.diff(ends)) == {32}


def test_merged_rows_are_means(runtime: Page) -> None:
    rows = in_page(
        runtime,
        """const { mergePairs } = await load("history");
        return mergePairs([[2, 1, null], [8, 5, 3], [9, 7, 7]], 0);""",
    )
    assert rows == [[8, 0.25 * 1 + 0.75 * 5, None], [9, 7, 7]]


def test_a_diverged_run_stays_to_be_looked_at(runtime: Page) -> None:
    stopped, finite, running = in_page(
        runtime,
        UNTIL
        + """const sgd = { kind: "sgd", learning_rate: 10 };
        const optimisers = { generator: sgd, discriminator: sgd };
        const run = startLive({ ...argument, loss: "least_squares", optimisers });
        run.play();
        await until(run, () => run.stopped !== null);
        const finite = run.states.every(({ generator, discriminator }) =>
          [...generator, ...discriminator].every(Number.isFinite));
        run.play();
        run.destroy();
        return [run.stopped, finite && run.iterations.at(-1) < run.stopped.iteration, run.running];""",
        SMALL,
    )
    assert stopped["reason"] == "nan"
    assert stopped["iteration"] >= 1
    assert finite
    assert not running


def test_a_pace_is_kept(runtime: Page) -> None:
    """A slow run does not make more iterations than its time allows; it does go on."""
    iterations, seconds = in_page(
        runtime,
        UNTIL
        + """const run = startLive(argument);
        run.setPace(20);
        const start = performance.now();
        run.play();
        await until(run, () => run.iterations.at(-1) >= 5);
        run.destroy();
        return [run.iterations.at(-1), (performance.now() - start) / 1000];""",
        SMALL,
    )
    assert 5 <= iterations <= 1 + 20 * seconds


def test_a_run_that_nobody_sees_does_not_train(runtime: Page) -> None:
    before, hidden, after = in_page(
        runtime,
        UNTIL
        + """const run = startLive(argument);
        run.play();
        await until(run, () => run.iterations.at(-1) >= 5);
        run.setSeen(false);
        // Every command is answered in order: when this one is, the run has paused.
        await run.measures(0);
        const before = run.iterations.at(-1);
        await run.measures(1);
        const hidden = run.iterations.at(-1);
        run.setSeen(true);
        await until(run, () => run.iterations.at(-1) > hidden);
        run.destroy();
        return [before, hidden, run.iterations.at(-1)];""",
        SMALL,
    )
    assert before == hidden < after


def test_what_is_thinned_out_is_let_go(runtime: Page) -> None:
    """Moments that were measured and are no longer kept leave memory; those that are kept are measured once."""
    asked = in_page(
        runtime,
        """const { RunList } = await import("/browser/views/lab/runs.js");
        const { Charts } = await import("/browser/views/lab/charts.js");
        const { checkSettings } = await load("settings");
        const { initialState } = await load("initial");
        const settings = checkSettings(argument);
        const state = (iteration) => ({ ...initialState(settings), iteration });
        const range = { mean: 0, low: 0, high: 0 };
        const asked = [];
        const run = {
          settings, live: true, states: [0, 1, 2, 3].map(state), history: { columns: [], rows: [] },
          get length() { return this.states.length; },
          state(i) { return this.states[i]; },
          onChange: () => () => {},
          floors: async () => ({ count: 1, highQuality: range, energy: range, slicedWasserstein: range }),
          async measures(i) { asked.push(this.states[i].iteration); return {}; },
        };
        const t = Object.assign((key) => key, { language: "en" });
        const runs = new RunList({ t, kernels, onOpen: () => {}, onChange: () => {} });
        const entry = runs.add(run, "run");
        const charts = new Charts({ t, onSeek: () => {}, onError: (error) => { throw error; } });
        charts.open(run, entry.measured);
        while (asked.length < 4) await new Promise((resolve) => setTimeout(resolve));
        window.thinned = { entry, charts, dropped: [run.states[1], run.states[2]].map((each) => new WeakRef(each)) };
        run.states = [run.states[0], run.states[3]];
        charts.update();
        await charts.fill();
        return asked;""",
        SMALL,
    )
    assert sorted(asked) == [0, 1, 2, 3]
    devtools = runtime.context.new_cdp_session(runtime)
    devtools.send("HeapProfiler.collectGarbage")
    devtools.detach()
    kept = runtime.evaluate("window.thinned.dropped.filter((each) => each.deref() !== undefined).length")
    runtime.evaluate("() => { window.thinned.charts.close(); delete window.thinned; }")
    assert kept == 0
