"""What is done to training images before a network that reads them sees them."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def augment(x: Tensor, shift: int, generator: torch.Generator) -> Tensor:
    """Move each image by up to ``shift`` pixels each way, edges repeated."""
    if not shift:
        return x
    count, _, height, width = x.shape
    padded = F.pad(x, (shift,) * 4, mode="replicate")
    top, left = torch.randint(0, 2 * shift + 1, (2, count), generator=generator)
    rows = top[:, None] + torch.arange(height)
    columns = left[:, None] + torch.arange(width)
    index = torch.arange(count)[:, None, None]
    return padded.permute(0, 2, 3, 1)[index, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2).contiguous()
