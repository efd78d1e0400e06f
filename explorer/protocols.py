"""What a model can do: views and probes ask for these, never for a model's name."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from torch import Tensor


@runtime_checkable
class Decodes(Protocol):
    """Turns latents into pictures."""

    latent_size: int

    def decode(self, z: Tensor) -> Tensor:
        """The likelihood's parameter (N, C, H, W) for latents (N, L)."""
        ...

    def picture(self, parameter: Tensor) -> Tensor:
        """The expected image (N, C, H, W) under that parameter."""
        ...


@runtime_checkable
class Encodes(Protocol):
    """Turns pictures into diagonal Gaussian posteriors."""

    latent_size: int

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance, each (N, L), for images (N, C, H, W) in unit range."""
        ...


@runtime_checkable
class BoundsEvidence(Protocol):
    """Scores pictures in nats."""

    def log_likelihood(self, x: Tensor, parameter: Tensor) -> Tensor:
        """ln p(x|z) (N,) in nats."""
        ...


@runtime_checkable
class Conditional(Protocol):
    """Decodes under a condition: weights of the classes that sum to one."""

    classes: int

    def decode(self, z: Tensor, label: Tensor) -> Tensor:
        """Pictures (N, C, H, W) for latents (N, L) and labels (N, K)."""
        ...


@runtime_checkable
class Discriminates(Protocol):
    """Tells real data from generated."""

    def discriminate(self, x: Tensor) -> Tensor:
        """The raw output (N,), a logit or a score, for data (N, …)."""
        ...


@runtime_checkable
class GeneratesPoints(Protocol):
    """Turns noise into points of the plane."""

    latent_size: int

    def generate(self, z: Tensor) -> Tensor:
        """Points (N, 2) for noise (N, L)."""
        ...


@runtime_checkable
class Classifies(Protocol):
    """Names what a picture shows."""

    classes: int

    def classify(self, x: Tensor) -> Tensor:
        """Logits (N, K) for images (N, C, H, W) in unit range."""
        ...


@runtime_checkable
class Writes(Protocol):
    """Predicts a text's next character."""

    vocabulary: str

    def encode_text(self, text: str) -> Tensor:
        """Token numbers (T,) of a text's characters."""
        ...

    def read_out(self, hidden: Tensor) -> Tensor:
        """Logits (…, V) of the next character for the top layer's hidden states (…, H)."""
        ...


@runtime_checkable
class GeneratesSequences(Protocol):
    """Turns a noise sequence into a signal or a melody."""

    latent_size: int

    def generate_sequences(self, noise: Tensor, label: Tensor | None = None) -> Tensor:
        """Sequences (N, T, C) for noise (N, T, L) and, where there are classes, labels (N, K)."""
        ...


@runtime_checkable
class JudgesSequences(Protocol):
    """Tells real sequences from generated ones, at every step."""

    def judge_steps(self, sequences: Tensor, label: Tensor | None = None) -> Tensor:
        """The raw output (N, T), a logit or a score, at each step of sequences (N, T, C)."""
        ...


@runtime_checkable
class WritesNotes(Protocol):
    """Predicts a melody's next note."""

    def embed_notes(self, tokens: Tensor) -> Tensor:
        """The first layer's input (…, E) for notes (…, 2): a pitch's token and a duration's."""
        ...

    def predict_pitch(self, hidden: Tensor) -> Tensor:
        """ln p (…, P) of the next pitch token for the top layer's hidden states (…, H)."""
        ...

    def predict_duration(self, hidden: Tensor, pitch: Tensor) -> Tensor:
        """ln p (…, D) of the next duration token where its pitch token (…) is known."""
        ...


@runtime_checkable
class Unrolls(Protocol):
    """Goes through a sequence step by step, and shows what its cells compute."""

    cell: str
    hidden_size: int
    layers: int
    quantities: tuple[str, ...]

    def step(self, x: Tensor, state: Any) -> list[dict[str, Tensor]]:
        """For each layer its quantities (N, H) by name, for one step's input (N, E) and the state before it."""
        ...


CAPABILITIES: dict[str, type] = {
    "Decodes": Decodes,
    "Encodes": Encodes,
    "BoundsEvidence": BoundsEvidence,
    "Conditional": Conditional,
    "Discriminates": Discriminates,
    "GeneratesPoints": GeneratesPoints,
    "Classifies": Classifies,
    "Writes": Writes,
    "GeneratesSequences": GeneratesSequences,
    "JudgesSequences": JudgesSequences,
    "WritesNotes": WritesNotes,
    "Unrolls": Unrolls,
}


def capabilities(model: object) -> list[str]:
    """Names of the protocols that ``model`` has the methods of, in the order of :data:`CAPABILITIES`."""
    return [name for name, protocol in CAPABILITIES.items() if isinstance(model, protocol)]
