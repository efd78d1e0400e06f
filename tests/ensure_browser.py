"""Install a Chromium for the tests where there is none: ``python tests/ensure_browser.py``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import chromium

PACKAGES = ("chromium", "fonts-noto-cjk")


def commands() -> list[list[str]]:
    """What installs a browser here: the distribution's package where we may, else Playwright's own build."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        return [["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES]]
    return [[sys.executable, "-m", "playwright", "install", "chromium"]]


def main() -> int:
    """Make sure of a browser; returns the exit status."""
    if chromium.is_installed():
        return 0
    for command in commands():
        print("No Chromium found; running", " ".join(command), flush=True)
        if subprocess.run(command, check=False).returncode != 0:
            print(
                "The browser tests need Chromium and it could not be installed. "
                "Install it by hand (Debian: apt-get install chromium fonts-noto-cjk) and run again.",
                file=sys.stderr,
            )
            return 1
    return 0 if chromium.is_installed() else 1


if __name__ == "__main__":
    raise SystemExit(main())
