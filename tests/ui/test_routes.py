"""Every route in process: what it serves, and what it says to bad input."""

from __future__ import annotations

import re
import shutil
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from fastapi.testclient import TestClient

from explorer.catalog import SHIPPED, open_checkpoint
from explorer.ui.app import build
from explorer.ui.files import page_files, page_version, plotly_js
from tests.conditional_toys import conditional_toy
from tests.toys import toy_checkpoint


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good checkpoint, a shipped one, one with a flipped bit, and one whose configuration is no JSON."""
    folder = tmp_path_factory.mktemp("checkpoints")
    toy_checkpoint(folder / "toy")
    conditional_toy(folder / "cgan-toy")
    (folder / "toy" / "secret.txt").write_text("not of the contract")
    shutil.copytree(SHIPPED / "oracle-digits-16d", folder / "oracle-digits-16d")
    shutil.copytree(folder / "toy", folder / "tampered")
    config = (folder / "tampered" / "config.json").read_text().replace('"name": "toy"', '"name": "tampered"')
    (folder / "tampered" / "config.json").write_text(config)
    weights = bytearray((folder / "tampered" / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "tampered" / "model.safetensors").write_bytes(weights)
    (folder / "cut").mkdir()
    (folder / "cut" / "config.json").write_text('{"format":')
    return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with TestClient(build(folder)) as client:
        yield client


def floats(*values: float) -> bytes:
    return struct.pack(f"<{len(values)}f", *values)


def test_the_page_mounts_its_own_version_of_the_shell(client: TestClient) -> None:
    page = client.get("/").text
    assert f"browser/{page_version()}/page.js" in page


def test_every_module_that_the_page_imports_is_served(client: TestClient) -> None:
    for name, path in page_files().items():
        response = client.get(f"/browser/{page_version()}/{name}")
        assert response.status_code == 200, name
        assert response.content == path.read_bytes(), name
        assert "immutable" in response.headers["cache-control"]


@pytest.mark.parametrize("name", ["kernels.c", "../app.py", "runtime/build.py", "%2e%2e/catalog.py", "x" * 5000])
def test_nothing_else_of_the_package_is_served(client: TestClient, name: str) -> None:
    response = client.get(f"/browser/{page_version()}/{name}")
    assert response.status_code == 404 or "<html" in response.text.lower()
    assert "from __future__" not in response.text


def test_the_catalogue_lists_the_good_and_says_why_the_others_are_left_out(client: TestClient) -> None:
    catalogue = client.get("/catalog.json").json()
    assert [entry["name"] for entry in catalogue["checkpoints"]] == ["toy", "oracle-digits-16d", "cgan-toy"]
    problems = {problem["name"]: problem["message"] for problem in catalogue["problems"]}
    assert "expected JSON" in problems["cut"]
    assert re.search(r"model\.safetensors: expected sha256 .* changed or cut", problems["tampered"])


def test_checkpoint_files_come_whole_in_parts_and_not_twice(client: TestClient, folder: Path) -> None:
    data = (folder / "toy" / "model.safetensors").read_bytes()
    whole = client.get("/checkpoints/toy/model.safetensors")
    part = client.get("/checkpoints/toy/model.safetensors", headers={"Range": "bytes=8-99"})
    again = client.get("/checkpoints/toy/model.safetensors", headers={"If-None-Match": whole.headers["etag"]})
    assert whole.content == data
    assert (part.status_code, part.content) == (206, data[8:100])
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    ["tampered/model.safetensors", "toy/secret.txt", "toy/..%2f..%2fapp.py", "nobody/config.json", "cut/config.json"],
)
def test_only_contract_files_of_good_checkpoints_are_served(client: TestClient, path: str) -> None:
    response = client.get(f"/checkpoints/{path}")
    assert response.status_code == 404


def test_decode_and_encode_are_torch(client: TestClient, folder: Path) -> None:
    model = open_checkpoint(folder / "toy").model
    z = np.random.default_rng(0).normal(size=(3, 3)).astype("<f4")
    x = np.random.default_rng(1).random((2, 1, 8, 8)).astype("<f4")
    decoded = np.frombuffer(client.post("/api/decode/toy", content=z.tobytes()).content, "<f4")
    encoded = np.frombuffer(client.post("/api/encode/toy", content=x.tobytes()).content, "<f4")
    np.testing.assert_array_equal(decoded, model.decode(torch.from_numpy(z)).numpy().ravel())
    np.testing.assert_array_equal(encoded, torch.cat(model.encode(torch.from_numpy(x)), 1).numpy().ravel())


def test_a_conditional_model_takes_rows_of_latent_and_label(client: TestClient, folder: Path) -> None:
    model = open_checkpoint(folder / "cgan-toy").model
    rows = np.concatenate([np.random.default_rng(0).normal(size=(2, 3)), np.eye(4)[:2]], 1).astype("<f4")
    decoded = np.frombuffer(client.post("/api/decode/cgan-toy", content=rows.tobytes()).content, "<f4")
    z, labels = torch.from_numpy(rows).split([3, 4], 1)
    np.testing.assert_array_equal(decoded, model.decode(z, labels).numpy().ravel())
    assert client.post("/api/decode/cgan-toy", content=rows[:, :3].tobytes()).status_code == 400
    assert client.post("/api/encode/cgan-toy", content=bytes(256)).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "12 bytes"),
        (b"abc", 400, "12 bytes"),
        (floats(1, 2), 400, "12 bytes .*got 8"),
        (floats(1, 2, float("nan")), 400, "finite"),
        (floats(1, 2, float("inf")), 400, "finite"),
        (floats(*range(3)) * 65, 413, "at most 768 bytes"),
    ],
)
def test_bad_rows_are_refused_in_words(client: TestClient, body: bytes, status: int, words: str) -> None:
    response = client.post("/api/decode/toy", content=body)
    assert response.status_code == status
    assert re.search(words, response.json()["error"]["message"])


def test_finite_input_that_overflows_the_network_is_refused(client: TestClient, folder: Path) -> None:
    # The pixel whose weights' magnitudes sum to most, 1.3, with every latent of the sign of its weight: beyond float32.
    weights = open_checkpoint(folder / "oracle-digits-16d").model.decoder[0].weight
    z = 3e38 * weights[weights.abs().sum(1).argmax()].sign()
    response = client.post("/api/decode/oracle-digits-16d", content=z.numpy().astype("<f4").tobytes())
    assert response.status_code == 400
    assert "nearer to zero" in response.json()["error"]["message"]


@pytest.mark.parametrize("name", ["nobody", "<img src=x onerror=alert(1)>", "..%2f..%2fetc%2fpasswd", "x" * 3000])
def test_an_unknown_model_lists_the_known(client: TestClient, name: str) -> None:
    response = client.post(f"/api/decode/{name}", content=floats(0, 0, 0))
    assert response.status_code == 404
    if "error" in response.json():
        assert "there are:" in response.json()["error"]["message"]
        assert len(response.json()["error"]["values"]["asked"]) <= 60


def test_a_tampered_model_is_named_and_the_app_serves_on(client: TestClient) -> None:
    response = client.post("/api/decode/tampered", content=floats(0, 0, 0))
    assert response.status_code == 409
    assert "changed or cut" in response.json()["error"]["message"]
    assert client.post("/api/decode/toy", content=floats(0, 0, 0)).status_code == 200


def test_many_visitors_at_once_get_their_own_answers(client: TestClient, folder: Path) -> None:
    model = open_checkpoint(folder / "toy").model
    latents = np.random.default_rng(2).normal(size=(40, 3)).astype("<f4")
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda z: client.post("/api/decode/toy", content=z.tobytes()).content, latents))
    for z, answer in zip(latents, answers, strict=True):
        expected = model.decode(torch.from_numpy(z[None])).numpy().ravel()
        np.testing.assert_array_equal(np.frombuffer(answer, "<f4"), expected)


def test_plotly_is_served_beside_the_page_as_it_ships(client: TestClient) -> None:
    response = client.get(f"/browser/{page_version()}/plotly.min.js")
    assert response.headers["content-type"].startswith("text/javascript")
    assert "immutable" in response.headers["cache-control"]
    assert response.content == plotly_js().read_bytes()


def test_health(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "checkpoints": 3}


@pytest.mark.parametrize(
    ("path", "status"), [("/monitoring/summary", 403), ("/gradio_api/file=/etc/passwd", 403), ("/docs", 404)]
)
def test_nothing_private_is_open(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status
