"""``explorer train FAMILY``: train for real, resumably, on one core or many machines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.cli.runs import train_run, whole_numbers

if TYPE_CHECKING:
    from explorer.training.vae.steps import Step

app = typer.Typer(no_args_is_help=True, help="Train a model; a run that was stopped goes on where it was.")


@app.command()
def vae(
    data: Annotated[str, typer.Option(help="Data set; see `explorer data list`.")],
    out: Annotated[Path, typer.Option(help="Folder of the run, and of the checkpoint that it becomes.")],
    latent: Annotated[int, typer.Option(help="Latent dimensions.")] = 2,
    beta: Annotated[float, typer.Option(help="Weight of the KL term (Higgins et al. 2017).")] = 1.0,
    seed: Annotated[int, typer.Option(help="Everything random follows from it.")] = 0,
    epochs: Annotated[int, typer.Option(help="Passes over the training images.")] = 20,
    batch: Annotated[int, typer.Option(help="Images per step, over all processes.")] = 128,
    network: Annotated[str, typer.Option(help="mlp or conv.")] = "mlp",
    widths: Annotated[str, typer.Option(help="Hidden sizes or channels of the encoder.")] = "512,256",
    decoder_widths: Annotated[str, typer.Option(help="Hidden sizes or channels of the decoder.")] = "256,512",
    likelihood: Annotated[str, typer.Option(help="bernoulli or gaussian.")] = "bernoulli",
    scale: Annotated[float, typer.Option(help="The Gaussian likelihood's σ.")] = 0.1,
    residual_blocks: Annotated[int, typer.Option(help="Residual blocks in each convolutional network.")] = 0,
    batch_norm: Annotated[bool, typer.Option("--batch-norm", help="Batch normalisation after hidden layers.")] = False,
    optimiser: Annotated[str, typer.Option(help="sgd, momentum, adam or adamw.")] = "adam",
    learning_rate: Annotated[float, typer.Option(help="At the start; falls to zero along a cosine.")] = 1e-3,
    weight_decay: Annotated[float, typer.Option(help="Weight decay.")] = 0.0,
    warm_up: Annotated[float, typer.Option(help="Share of the steps over which β rises from zero.")] = 0.0,
    average: Annotated[
        float, typer.Option(help="Decay of the weights' moving average, which ships; 0 for none.")
    ] = 0.0,
    shift: Annotated[int, typer.Option(help="Augmentation: move images by up to so many pixels.")] = 0,
    binarise: Annotated[
        bool, typer.Option("--binarise", help="Draw every pixel anew at every step, white by its grey level.")
    ] = False,
    mixture: Annotated[int, typer.Option(help="Components of the fitted sampling prior; 0 for none.")] = 0,
    browse: Annotated[int, typer.Option(help="Held-out images that ship as the browse set.")] = 2000,
    accelerator: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    devices: Annotated[int, typer.Option(min=1, help="Processes per machine.")] = 1,
    nodes: Annotated[int, typer.Option(min=1, help="Machines.")] = 1,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads of each process.")] = 1,
) -> None:
    """Train a variational autoencoder or β-VAE."""
    given = {
        **locals(),
        "widths": whole_numbers(widths, "512,256"),
        "decoder_widths": whole_numbers(decoder_widths, "512,256"),
    }
    from explorer.training.vae.launch import train_vae
    from explorer.training.vae.settings import VAESettings

    def shown(step: Step) -> dict[str, str]:
        return {"loss": f"{step.loss:.2f}", "kl": f"{step.kl:.2f}"}

    train_run(train_vae, VAESettings, given, shown, accelerator=accelerator, devices=devices, nodes=nodes)


@app.command()
def oracle(
    data: Annotated[str, typer.Option(help="Data set; see `explorer data list`.")],
    out: Annotated[Path, typer.Option(help="Folder of the checkpoint.")],
    latent: Annotated[int, typer.Option(help="Latent dimensions.")] = 16,
    browse: Annotated[int, typer.Option(help="Held-out images that ship as the browse set.")] = 2000,
) -> None:
    """Solve the exact linear-Gaussian VAE (probabilistic PCA) in closed form."""
    import torch

    from explorer.training.vae.oracle import solve_oracle

    torch.set_num_threads(1)
    solve_oracle(data, latent, out, browse)
