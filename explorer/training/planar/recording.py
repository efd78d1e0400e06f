"""A run as it is kept: chosen moments that can be gone on from, and what was measured in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from explorer.families.planar_settings import PlanarSettings, PlanarSettingsError
from explorer.training.planar.loop import DivergedError, Game, State

MOMENTS = 27
ROWS = 200
COLUMNS = (
    "iteration",
    "discriminator_loss",
    "generator_loss",
    "discriminator_gradient",
    "generator_gradient",
    "real_output",
    "fake_output",
)
"""Of the history; all but the first are means over the iterations since the row before."""


@dataclass(frozen=True)
class Recording:
    """A run."""

    settings: PlanarSettings
    states: tuple[State, ...]
    """From the first weights to the last good ones."""
    rows: tuple[tuple[float, ...], ...]
    """The history, by :data:`COLUMNS`."""
    stopped: int | None
    """The iteration that could not be completed, for a run that diverged."""


def moments(total: int, count: int = MOMENTS) -> list[int]:
    """At which of ``total`` iterations to keep the state, both ends among them.

    Half of them geometrically, for the eventful start, and the others evenly; fewer than ``count`` only of a short run.
    """
    even = {round(step) for step in np.linspace(0, total, count - count // 2)}
    for early in range(count // 2, 4 * count):
        chosen = even | {round(step) for step in np.geomspace(1, max(1, total // 4), early)}
        if len(chosen) >= count:
            break
    return sorted(chosen)


def record(
    settings: PlanarSettings, iterations: int, count: int = MOMENTS, progress: Callable[[int], None] | None = None
) -> Recording:
    """Train from the first weights for ``iterations``, or until the run diverges.

    Args:
        settings: the run.
        iterations: 1 or more.
        count: of moments, about.
        progress: told of every completed iteration.

    Raises:
        PlanarSettingsError: if a network would have no updates.
        DivergedError: if not even the first iteration is finite.
    """
    if iterations < 1:
        raise PlanarSettingsError(f"a run has at least 1 iteration, got {iterations}")
    if 0 in (settings.discriminator_steps, settings.generator_steps):
        raise PlanarSettingsError("a recorded run trains both networks: at least one step each")
    game = Game(settings)
    chosen, ends = set(moments(iterations, count)), set(_row_ends(iterations))
    states, rows, pending = [game.state()], [], []
    stopped = None
    for number in range(1, iterations + 1):
        try:
            game.iterate()
        except DivergedError as error:
            if number == 1:
                raise
            stopped = error.iteration
            break
        pending.append(_logged(game))
        if number in ends:
            rows.append(_row(number, pending))
            pending = []
        if number in chosen:
            states.append(game.state())
        if progress is not None:
            progress(number)
    if stopped is not None:
        states += _up_to(stopped - 1, states[-1], settings)
        rows += [_row(stopped - 1, pending)] if pending else []
    first = replace(states[0], losses=states[1].losses, gradient_norms=states[1].gradient_norms)
    return Recording(settings, (first, *states[1:]), tuple(rows), stopped)


def timeline_tensors(recording: Recording) -> dict[str, Tensor]:
    """What ``timeline.safetensors`` holds of a run of T moments; docs/format.md names the entries.

    Losses and gradient norms are those of each network's last update, at moment 0 those of its first.
    """
    states = recording.states
    tensors = {
        name: torch.tensor([getattr(state, name) for state in states])
        for name in ("iteration", "discriminator_updates", "generator_updates")
    }
    for name in ("generator", "discriminator"):
        tensors[name] = torch.stack([getattr(state, name) for state in states])
        memory = torch.stack([getattr(state, f"{name}_optimiser") for state in states])
        if memory.shape[1]:
            tensors[f"{name}.optimiser"] = memory
    for name in ("losses", "gradient_norms"):
        pairs = [getattr(state, name) for state in states]
        tensors[name] = torch.tensor([[pair.discriminator, pair.generator] for pair in pairs])
    return tensors


def _row_ends(iterations: int) -> list[int]:
    return sorted({round(step) for step in np.linspace(0, iterations, min(ROWS, iterations) + 1)[1:]})


def _up_to(iteration: int, state: State, settings: PlanarSettings) -> list[State]:
    """The moment of ``iteration``, trained on from an earlier one; none if it is that one."""
    if state.iteration == iteration:
        return []
    game = Game(settings, state=state)
    while game.iteration < iteration:
        game.iterate()
    return [game.state()]


def _logged(game: Game) -> tuple[float, ...]:
    losses, norms, outputs = game.losses, game.gradient_norms, game.outputs
    assert losses is not None
    assert norms is not None
    assert outputs is not None
    return (
        losses.discriminator,
        losses.generator,
        norms.discriminator,
        norms.generator,
        outputs.real,
        outputs.fake,
    )


def _row(number: int, pending: list[tuple[float, ...]]) -> tuple[float, ...]:
    """Five digits are more than a chart shows."""
    return (number, *(float(f"{mean:.5g}") for mean in np.mean(pending, axis=0)))
