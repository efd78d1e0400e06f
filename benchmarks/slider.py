"""What the page is compared with: the same decoder in torch behind a queued Gradio slider and ``gr.Image``.

Run as ``python -m benchmarks.slider MODEL``; the port is in the environment's ``PORT``.
"""

from __future__ import annotations

import os
import sys

import gradio as gr
import numpy as np
import torch

from explorer.catalog import find, open_checkpoint


def serve(name: str) -> None:
    """Serve until stopped."""
    torch.set_num_threads(1)
    model = open_checkpoint(find(name)).model

    @torch.inference_mode()
    def decode(value: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        z = torch.zeros(1, model.latent_size)
        z[0, 0] = value
        picture = model.picture(model.decode(z))[0].clamp(0, 1)
        levels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = (picture * 255).byte().permute(1, 2, 0).numpy()
        return levels[:, :, 0] if levels.shape[2] == 1 else levels

    with gr.Blocks() as blocks:
        slider = gr.Slider(-3, 3, value=0, step=0.01, label="z")
        image = gr.Image(show_label=False, width=280, height=280)
        slider.input(decode, slider, image, trigger_mode="always_last", show_progress="hidden")
    blocks.queue().launch(server_port=int(os.environ["PORT"]), quiet=True)


if __name__ == "__main__":
    serve(sys.argv[1])
