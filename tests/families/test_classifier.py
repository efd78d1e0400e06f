from __future__ import annotations

import pytest
import torch
from torch import nn

from explorer.families.classifier import Classifier
from explorer.families.errors import FamilyError
from explorer.protocols import Classifies, capabilities


def test_shapes_and_capability() -> None:
    model = Classifier((3, 16, 16), 7, [4, 2], widths=(4, 6, 8), features=5).eval()
    x = torch.rand(2, 3, 16, 16)
    assert isinstance(model, Classifies)
    assert capabilities(model) == ["Classifies"]
    assert model.features(x).shape == (2, 5)
    assert (model.features(x) >= 0).all()
    assert [part.shape[1] for part in model(x)] == [7, 4, 2]
    torch.testing.assert_close(model.classify(x), model(x)[0])


@pytest.mark.parametrize(
    ("image", "widths"), [((1, 28, 28), (24, 48, 64)), ((3, 64, 64), (16, 24, 40, 56))], ids=["digits", "avatars"]
)
def test_the_shipped_sizes_are_small(image: tuple[int, int, int], widths: tuple[int, ...]) -> None:
    assert sum(each.numel() for each in Classifier(image, 48, widths=widths).parameters()) < 150_000


def test_the_refinements_come_at_the_high_resolutions() -> None:
    kernels = [
        layer.kernel_size[0]
        for layer in Classifier((1, 32, 32), 2, widths=(2, 2, 2)).body
        if isinstance(layer, nn.Conv2d)
    ]
    assert kernels == [4, 3, 4, 3, 4]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"image": (1, 4, 4), "classes": 2}, "halvings leave nothing"),
        ({"image": (1, 28, 28), "classes": 1}, "at least two classes"),
        ({"image": (1, 28, 28), "classes": 2, "auxiliary": [1]}, "at least two classes"),
        ({"image": (1, 28, 28), "classes": 2, "widths": ()}, "every width"),
        ({"image": (1, 28, 28), "classes": 2, "features": 0}, "every width"),
    ],
)
def test_what_is_no_classifier_is_refused(arguments: dict[str, object], said: str) -> None:
    with pytest.raises(FamilyError, match=said):
        Classifier(**arguments)  # type: ignore[arg-type]
