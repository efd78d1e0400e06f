"""3,000 actions of a seeded monkey on the exported page with every model: errors, and nodes that are held on to."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.page import browser
from explorer.catalog import checkpoints, survey
from explorer.cli.export import write_site
from tests.browser.conftest import VIEWPORT
from tests.browser.monkey import Monkey, detached
from tests.browser.site_server import serve

ACTIONS, VISITS = 3000, 10
HOME = "vae-digits-2d"


def main() -> None:
    names = tuple(config.name for config in checkpoints())
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder, serve() as site, browser() as running:
        out = Path(folder) / "site"
        write_site(out, survey().folder)
        address = site.mount("monkey", out)
        print("| visit (seed) | actions | seconds | errors | detached nodes held at its end |\n|---|---|---|---|---|")
        for seed in range(VISITS):
            page = running.new_page(viewport=VIEWPORT, accept_downloads=False)
            monkey = Monkey(page, address, names, seed)
            start = time.monotonic()
            monkey.visit()
            monkey.act(ACTIONS // VISITS)
            monkey.go_home(HOME)
            held = detached(page, 0)
            seconds = time.monotonic() - start
            print(f"| {seed} | {ACTIONS // VISITS} | {seconds:.0f} | {len(monkey.errors)} | {held} |", flush=True)
            found += [f"visit {seed}: {error}" for error in monkey.errors]
            page.context.close()
    print("\n" + "\n".join(found or ["no error"]))
