"""Training VAEs: images per second of a whole run, of the bare torch loop, and of pythae's own trainer, one thread.

All make the same updates of the same network by Adam, on the same random images and in batches of the same size, in
turns; figures are medians over the turns of CPU time. Ours has the seeded batches and noise, the learning rate's
schedule, the log and the checks; the bare loop has shuffled batches, the bound and the optimiser alone; pythae's
trainer has what its users get: a data loader, its model's loss and its callbacks. It is left out where it is not
installed (``pip install -e ".[benchmarks]"``).
"""

from __future__ import annotations

import contextlib
import io
import itertools
import logging
import statistics
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from explorer.families.vae import VAE, beta_loss
from explorer.training.vae.run import Run
from explorer.training.vae.settings import VAESettings
from explorer.training.vae.steps import optimiser, train_steps

IMAGES, SHAPE = 1280, (1, 28, 28)
TURNS = 41
UPDATES = 20
"""In one turn of each."""
SETTINGS = VAESettings("digits", latent=16, epochs=10_000)


def build() -> VAE:
    torch.manual_seed(0)
    return VAE(**SETTINGS.model_arguments(SHAPE))


def ours(images: Tensor, folder: Path) -> Iterator[None]:
    fabric, model = Fabric(accelerator="cpu", devices=1), build()
    updates = optimiser(model, SETTINGS)
    total = SETTINGS.epochs * (IMAGES // SETTINGS.batch)
    run = Run(SETTINGS, folder, model, None, updates, images[:300].numpy(), total)
    run._moments = frozenset()  # some seconds in a run of minutes: no part of a step
    for step in train_steps(fabric, *fabric.setup(model, updates), images, SETTINGS):
        run.follow(step)
        yield


def bare(images: Tensor, _: Path) -> Iterator[None]:
    model = build()
    updates = optimiser(model, SETTINGS)
    while True:
        for rows in torch.randperm(IMAGES).split(SETTINGS.batch):
            x = images[rows].float() / 255
            loss = beta_loss(model.evidence(x, torch.randn(len(x), SETTINGS.latent)), SETTINGS.beta)
            updates.zero_grad()
            loss.backward()
            updates.step()
            yield


def pythaes(images: Tensor, folder: Path) -> Iterator[None]:
    """An epoch at a time: its trainer does not stop between."""
    from pythae import models
    from pythae.data.datasets import BaseDataset
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseEncoder
    from pythae.trainers import BaseTrainer, BaseTrainerConfig
    from pythae.trainers.training_callbacks import TrainingCallback

    inner = build()

    class Encoder(BaseEncoder):
        def __init__(self) -> None:
            super().__init__()
            self.network = inner.encoder

        def forward(self, x: Tensor) -> ModelOutput:
            mean, log_variance = self.network(x).chunk(2, dim=1)
            return ModelOutput(embedding=mean, log_covariance=log_variance)

    class Decoder(BaseDecoder):
        def __init__(self) -> None:
            super().__init__()
            self.network = nn.Sequential(inner.decoder, nn.Sigmoid())

        def forward(self, z: Tensor) -> ModelOutput:
            return ModelOutput(reconstruction=self.network(z))

    logging.getLogger("pythae").setLevel(logging.ERROR)
    config = models.VAEConfig(input_dim=SHAPE, latent_dim=SETTINGS.latent, reconstruction_loss="bce")
    data = BaseDataset(images.float() / 255, torch.zeros(IMAGES))
    training = BaseTrainerConfig(
        output_dir=str(folder),
        num_epochs=1,
        per_device_train_batch_size=SETTINGS.batch,
        learning_rate=SETTINGS.learning_rate,
        no_cuda=True,
    )
    model = models.VAE(config, Encoder(), Decoder())
    trainer = BaseTrainer(model, data, training_config=training, callbacks=[TrainingCallback()])
    with contextlib.redirect_stderr(io.StringIO()):  # its bars and notes
        trainer.prepare_training()
    for epoch in itertools.count(1):
        with contextlib.redirect_stderr(io.StringIO()):
            trainer.train_step(epoch)
        yield


def rates(turns: dict[str, list[float]]) -> None:
    """Print a row for each way: images per CPU second, and how ours compares."""
    print(f"{'':<24}{'images/s':>10}   ours is")
    for name, found in turns.items():
        ratio = statistics.median(our / their for our, their in zip(turns["ours"], found, strict=True))
        print(f"{name:<24}{statistics.median(found):>10.0f}   {ratio:.2f} ×", flush=True)


def main() -> None:
    torch.set_num_threads(1)
    images = torch.randint(0, 256, (IMAGES, *SHAPE), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    ways = {"ours": (ours, UPDATES), "bare torch loop": (bare, UPDATES)}
    per_epoch = IMAGES // SETTINGS.batch
    if find_spec("pythae"):
        ways["pythae 0.1.2's trainer"] = (pythaes, UPDATES // per_epoch)
    with tempfile.TemporaryDirectory() as folder:
        making = {name: make(images, Path(folder) / name) for name, (make, _) in ways.items()}
        turns: dict[str, list[float]] = {name: [] for name in ways}
        for turn in range(TURNS + 1):
            for name, (_, steps) in ways.items():
                started = time.process_time()
                for _ in itertools.islice(making[name], steps):
                    pass
                if turn:  # the first warms up
                    turns[name].append(UPDATES * SETTINGS.batch / (time.process_time() - started))
        rates(turns)


if __name__ == "__main__":
    main()
