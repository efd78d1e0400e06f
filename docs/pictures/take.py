"""Takes the README's pictures of the app as it is: ``make pictures``."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, ViewportSize

from benchmarks.page import browser
from benchmarks.server import APP, running

WIDTH, QUALITY = 1280, 80
WAITS, RESTS = 120_000, 8_000
"""Milliseconds until a picture is there, and until all that comes later is."""


@dataclass(frozen=True)
class Picture:
    """What is opened, and how much of the page is shown from which element on."""

    query: str
    height: int
    dark: bool = False
    top: str | None = None


PICTURES = {
    "latent-digits": Picture("model=vae-digits-2d&view=latent&lang=en", 1240),
    "latent-avatars-zh": Picture("model=vae-avatars-32d&view=latent&lang=zh", 1895, dark=True),
    "sample-avatars": Picture("model=vae-avatars-32d&view=sample&seed=31&lang=en", 900),
    "gates-shakespeare": Picture("model=lstm-shakespeare&view=gates&lang=en", 1110),
    "training-thumbs": Picture("model=vae-thumbs-b10&view=training&other=vae-thumbs-b100&lang=en", 1110),
    "lab": Picture("model=lab-grid&view=lab&lang=en", 830),
    "training-digits": Picture("model=gan-digits&view=training&lang=en", 960),
    "melodies": Picture("model=lstm-melodies&view=sample&seed=5&lang=en", 840),
    "beta-thumbs": Picture(
        "model=vae-thumbs-b10&view=latent&panel=beta&lang=en", 1010, top="[role=tablist]:has-text('β')"
    ),
}


def main() -> None:
    """Take every picture anew, beside this file."""
    with running(APP) as server, browser() as chromium:
        for name, picture in PICTURES.items():
            image = Image.open(io.BytesIO(_take(chromium, server.url, picture))).convert("RGB")
            image.save(Path(__file__).with_name(f"{name}.webp"), quality=QUALITY, method=6)
            print(name, image.size, flush=True)


def _take(chromium: Browser, url: str, picture: Picture) -> bytes:
    viewport: ViewportSize = {"width": WIDTH, "height": picture.height}
    scheme = "dark" if picture.dark else "light"
    page = chromium.new_page(viewport=viewport, color_scheme=scheme)
    page.goto(f"{url}/?{picture.query}", timeout=WAITS)
    page.locator(".view-body canvas").first.wait_for(timeout=WAITS)
    page.wait_for_timeout(RESTS)
    if picture.top is not None:
        page.locator(picture.top).last.evaluate("(node) => window.scrollBy(0, node.getBoundingClientRect().top - 8)")
        page.wait_for_timeout(RESTS)
    taken = page.screenshot()
    page.context.close()
    return taken


if __name__ == "__main__":
    main()
