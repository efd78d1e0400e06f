"""Generative adversarial networks of images (Goodfellow et al. 2014; Radford et al. 2016), conditional by argument.

The generator is what ships: a plain ``nn.Sequential`` chain of layers that the page can run too. The discriminator
lives in :mod:`explorer.families.discriminator`.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from explorer.families.convolutions import check_depth, conv_decoder
from explorer.families.descriptor import Family
from explorer.families.errors import FamilyError
from explorer.graph.layers import Attention, export_layers
from explorer.graph.network import Network


class GAN(nn.Module):
    """A generator: latents, and a label where it is conditional, to pictures in unit range.

    Args:
        image: (channels, height, width).
        latent: L, the number of latent dimensions.
        classes: K; the label (K,), weights that sum to one, follows the latent in the input (Mirza & Osindero 2014).
        widths: channels, as in :func:`explorer.families.convolutions.conv_decoder`.
        hidden: size of a hidden layer before the first feature map; 0 for none.
        batch_norm: batch normalisation after hidden layers (Ioffe & Szegedy 2015).
        residual_blocks: at the starting resolution (He et al. 2016).
        attention: self-attention at the starting resolution (Zhang et al. 2019).
    """

    def __init__(
        self,
        image: Sequence[int],
        latent: int,
        classes: int = 0,
        widths: Sequence[int] = (64, 64, 32),
        hidden: int = 0,
        batch_norm: bool = True,
        residual_blocks: int = 0,
        attention: bool = False,
    ) -> None:
        super().__init__()
        check_depth(widths, blocks=residual_blocks)
        if latent < 1 or not widths or min(*widths, 1) < 1 or classes < 0 or classes == 1:
            raise FamilyError("latent size and every width must be at least 1, and conditions have at least 2 classes")
        self.image_shape = (image[0], image[1], image[2])
        self.latent_size = latent
        if classes:
            self.classes = classes  # only where there are any: having it makes a model conditional
        middle = [Attention(widths[min(1, len(widths) - 1)])] if attention else []
        layers = conv_decoder(
            self.image_shape, latent + classes, widths, residual_blocks, batch_norm, hidden or None, middle
        )
        self.decoder = nn.Sequential(*layers, nn.Sigmoid())

    def decode(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """Pictures (N, C, H, W) in [0, 1] for latents (N, L) and, where the model is conditional, labels (N, K).

        Raises:
            FamilyError: if a label is missing, or given to a model that takes none.
        """
        classes = getattr(self, "classes", 0)
        if (0 if label is None else label.shape[1]) != classes:
            raise FamilyError(f"expected a label of {classes} classes, got {None if label is None else label.shape[1]}")
        picture: Tensor = self.decoder(z if label is None else torch.cat([z, label], 1))
        return picture

    def networks(self) -> dict[str, Network]:
        """The generator, as ``graph.json`` has it: it reads the latent, and then the label where there is one."""
        size, classes = self.latent_size, getattr(self, "classes", 0)

        def generate(numbers: Tensor) -> Tensor:
            return self.decode(numbers[:, :size], numbers[:, size:] if classes else None)

        layers = export_layers(self.decoder, "decoder")
        return {"decoder": Network((size + classes,), self.image_shape, layers, generate)}

    def picture(self, parameter: Tensor) -> Tensor:
        """The picture itself: a generator has no likelihood whose parameter it would give."""
        return parameter


FAMILY = Family(
    id="gan",
    build=GAN,
    title={"en": "GAN", "zh": "GAN"},
    plural={"en": "Generative adversarial networks", "zh": "生成对抗网络"},
    limits=(
        "Sharp pictures, but no likelihood and no encoder: nothing says how probable a picture is, or which latent "
        "gives it; what the discriminator did not punish may be missing."
    ),
    files=("moments.safetensors", "map.safetensors", "thumbnails.webp"),
    evaluation="generation",
    commands=("gan",),
)
