from __future__ import annotations

import pytest
import torch


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    """Two torch threads on a busy machine are many times slower than one."""
    torch.set_num_threads(1)
