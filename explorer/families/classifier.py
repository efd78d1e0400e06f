"""A small convolutional classifier: it names what pictures show, and its features are where samples are compared.

The networks are plain ``nn.Sequential`` chains of layers that the page can run too.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from explorer.families.convolutions import check_depth
from explorer.families.descriptor import Family
from explorer.families.errors import FamilyError
from explorer.graph.layers import export_layers
from explorer.graph.network import Network

REFINED = 2
"""After so many of the halvings, at the high resolutions, a second convolution follows."""


class Classifier(nn.Module):
    """Strided convolutions to one hidden layer of features, and a linear layer for each attribute.

    Args:
        image: (channels, height, width).
        classes: K, of the attribute that :meth:`classify` names.
        auxiliary: classes of each further attribute that the features were trained to tell as well, so that they do
            not ignore what the first attribute leaves open.
        widths: channels after each halving of the resolution.
        features: F, the size of the hidden layer.
    """

    def __init__(
        self,
        image: Sequence[int],
        classes: int,
        auxiliary: Sequence[int] = (),
        widths: Sequence[int] = (24, 48, 64),
        features: int = 80,
    ) -> None:
        super().__init__()
        channels, height, width = image
        check_depth(widths, auxiliary)
        if min(classes, *auxiliary, 2) < 2 or not widths or min(features, *widths) < 1:
            raise FamilyError("every attribute needs at least two classes, and every width must be at least 1")
        self.image_shape = (channels, height, width)
        self.classes = classes
        self.auxiliary_classes = tuple(auxiliary)
        layers: list[nn.Module] = []
        for index, outputs in enumerate(widths):
            layers += _convolution(channels, outputs, kernel=4, stride=2)
            if index < REFINED:
                layers += _convolution(outputs, outputs, kernel=3, stride=1)
            channels, height, width = outputs, height // 2, width // 2
        if height < 1 or width < 1:
            raise FamilyError(f"{len(widths)} halvings leave nothing of a {image[1]}×{image[2]} image")
        hidden = nn.Linear(channels * height * width, features)
        self.body = nn.Sequential(*layers, nn.Flatten(), hidden, nn.ReLU())
        self.head = nn.Sequential(nn.Linear(features, classes))
        self.auxiliary = nn.ModuleList(nn.Linear(features, count) for count in auxiliary)

    def features(self, x: Tensor) -> Tensor:
        """The hidden layer (N, F), 0 or more, for images (N, C, H, W) in unit range."""
        hidden: Tensor = self.body(x)
        return hidden

    def classify(self, x: Tensor) -> Tensor:
        """Logits (N, K) of the first attribute for images (N, C, H, W) in unit range."""
        return self.logits(self.features(x))[0]

    def logits(self, features: Tensor) -> list[Tensor]:
        """Logits of every attribute, the first and then the auxiliary ones, each (N, its classes), for (N, F)."""
        return [self.head(features), *(layer(features) for layer in self.auxiliary)]

    def networks(self) -> dict[str, Network]:
        """What names the first attribute, as ``graph.json`` has it."""
        layers = [*export_layers(self.body, "body"), *export_layers(self.head, "head")]
        return {"classifier": Network(self.image_shape, (self.classes,), layers, self.classify)}

    def forward(self, x: Tensor) -> list[Tensor]:
        """The logits of every attribute for images (N, C, H, W) in unit range, which training compares with labels."""
        return self.logits(self.features(x))


def _convolution(inputs: int, outputs: int, kernel: int, stride: int) -> list[nn.Module]:
    return [nn.Conv2d(inputs, outputs, kernel, stride, 1), nn.BatchNorm2d(outputs), nn.ReLU()]


FAMILY = Family(
    id="classifier",
    build=Classifier,
    title={"en": "Classifier", "zh": "分类器"},
    plural={"en": "Classifiers", "zh": "分类器"},
    limits="Made to judge samples: its features tell apart what its labels name, and may overlook what they do not.",
    files=(),
    evaluation="classification",
    commands=("classifier",),
)
