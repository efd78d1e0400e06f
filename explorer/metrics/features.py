"""Pictures → features of a classifier: the space in which generated and real pictures are compared."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.traces import Bytes

BATCH = 100


@torch.no_grad()
def in_batches(function: Callable[[Tensor], Tensor], images: Bytes) -> Tensor:
    """The rows that ``function`` gives for images in unit range, computed :data:`BATCH` at a time.

    Args:
        function: maps (n, C, H, W) to (n, …), each row from its image alone.
        images: uint8 (N, C, H, W), N at least 1.

    Raises:
        ExplorerError: if ``images`` is empty or no array of bytes of that shape, or a result is not finite.
    """
    if images.ndim != 4 or images.dtype != "uint8" or not len(images):
        raise ExplorerError(f"expected uint8 images (N, C, H, W), N at least 1, got {images.dtype} {images.shape}")
    parts = torch.from_numpy(images).split(BATCH)
    # Channels last: twice as quick to convolve.
    rows = torch.cat([function((part.float() / 255).contiguous(memory_format=torch.channels_last)) for part in parts])
    if not torch.isfinite(rows).all():
        raise ExplorerError("the classifier gave a number that is not finite")
    return rows
