"""``explorer train FAMILY``: train for real, resumably, on one core or many machines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.cli.options import with_options
from explorer.cli.planar import planar_gan
from explorer.cli.runs import Replace, progress_bar, train_run
from explorer.options import options
from explorer.training.classifier.settings import ClassifierSettings
from explorer.training.gan.settings import GANSettings
from explorer.training.language.settings import LanguageSettings
from explorer.training.sequences.settings import NoteSettings, RecurrentGANSettings
from explorer.training.settings import DATA
from explorer.training.vae.settings import VAESettings

if TYPE_CHECKING:
    from explorer.training.adversarial import GANStep
    from explorer.training.classifier.steps import ClassifierStep
    from explorer.training.language.steps import LanguageStep
    from explorer.training.sequences.likelihood import NoteStep
    from explorer.training.vae.steps import Step

Run = Annotated[Path, typer.Option(help="Folder of the run, and of the checkpoint that it becomes.")]
Checkpoint = Annotated[Path, typer.Option(help="Folder of the checkpoint.")]
Threads = Annotated[int, typer.Option(min=1, max=256, help="CPU threads.")]

app = typer.Typer(no_args_is_help=True, help="Train a model; a run that was stopped goes on where it was.")


@app.command()
@with_options(options(VAESettings), VAESettings)
def vae(
    settings: VAESettings,
    out: Run,
    accelerator: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    devices: Annotated[int, typer.Option(min=1, max=64, help="Processes per machine.")] = 1,
    nodes: Annotated[int, typer.Option(min=1, max=64, help="Machines.")] = 1,
    threads: Annotated[int, typer.Option(min=1, max=256, help="CPU threads of each process.")] = 1,
    replace: Replace = False,
) -> None:
    """Train a variational autoencoder or β-VAE."""
    from explorer.training.vae.launch import train_vae

    def shown(step: Step) -> dict[str, str]:
        return {"loss": f"{step.loss:.2f}", "kl": f"{step.kl:.2f}"}

    machine = {"accelerator": accelerator, "devices": devices, "nodes": nodes}
    train_run(train_vae, settings, out, threads, replace, shown, **machine)


@app.command()
def oracle(
    data: Annotated[str, typer.Option(help=DATA)],
    out: Checkpoint,
    latent: Annotated[int, typer.Option(min=1, help="Latent dimensions.")] = 16,
    browse: Annotated[
        int, typer.Option(min=16, max=10_000, help="Held-out images that ship as the browse set.")
    ] = 2000,
    replace: Replace = False,
) -> None:
    """Solve the exact linear-Gaussian VAE (probabilistic PCA) in closed form."""
    import torch

    from explorer.training.vae.oracle import solve_oracle

    torch.set_num_threads(1)
    solve_oracle(data, latent, out, browse, replace)


@app.command()
@with_options(options(GANSettings), GANSettings)
def gan(
    settings: GANSettings,
    out: Run,
    accelerator: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    threads: Threads = 1,
    replace: Replace = False,
) -> None:
    """Train a generative adversarial network of images."""
    from explorer.training.gan.launch import train_gan

    train_run(train_gan, settings, out, threads, replace, _adversarial_losses, accelerator=accelerator)


@app.command()
@with_options(options(ClassifierSettings), ClassifierSettings)
def classifier(settings: ClassifierSettings, out: Checkpoint, threads: Threads = 1, replace: Replace = False) -> None:
    """Train a classifier of a data set's attributes: minutes, in one go."""
    import torch

    from explorer.training.classifier.launch import train_classifier

    def shown(step: ClassifierStep) -> dict[str, str]:
        return {"loss": f"{step.loss:.3f}", "accuracy": f"{step.accuracy:.3f}"}

    torch.set_num_threads(threads)
    with progress_bar(shown) as progress:
        for step in train_classifier(settings, out, replace):
            progress(step, step.total)
    typer.echo(f"{out} is complete; see what was measured in {out / 'README.md'}")


app.command()(planar_gan)


@app.command()
@with_options(options(LanguageSettings), LanguageSettings)
def language_model(settings: LanguageSettings, out: Run, threads: Threads = 1, replace: Replace = False) -> None:
    """Train a model of characters: a simple recurrent network, a GRU or an LSTM."""
    from explorer.training.language.launch import train_language_model

    def shown(step: LanguageStep) -> dict[str, str]:
        return {"bits": f"{step.bits_per_character:.3f}"}

    train_run(train_language_model, settings, out, threads, replace, shown)


@app.command()
@with_options(options(RecurrentGANSettings), RecurrentGANSettings)
def recurrent_gan(settings: RecurrentGANSettings, out: Run, threads: Threads = 1, replace: Replace = False) -> None:
    """Train a recurrent GAN of signals or melodies (Esteban et al. 2017; Mogren 2016)."""
    from explorer.training.sequences.launch import train_recurrent_gan

    train_run(train_recurrent_gan, settings, out, threads, replace, _adversarial_losses)


@app.command()
@with_options(options(NoteSettings), NoteSettings)
def note_model(settings: NoteSettings, out: Run, threads: Threads = 1, replace: Replace = False) -> None:
    """Train a model of melodies, note by note, by likelihood."""
    from explorer.training.sequences.launch import train_note_model

    def shown(step: NoteStep) -> dict[str, str]:
        return {"nats": f"{step.loss:.3f}"}

    train_run(train_note_model, settings, out, threads, replace, shown)


def _adversarial_losses(step: GANStep) -> dict[str, str]:
    return {"d": f"{step.discriminator_loss:.2f}", "g": f"{step.generator_loss:.2f}"}
