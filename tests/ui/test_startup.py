"""What starts with the app: only what the page needs before anyone asks for more."""

from __future__ import annotations

import subprocess
import sys

import pytest

from explorer.errors import ExplorerError
from explorer.ui import app as ui

LATER = ("lightning_fabric", "plotly", "scipy", "sklearn", "umap")
BUILD = "import sys; from explorer.ui.app import build; build(); print(*sys.modules)"


def test_start_imports_nothing_that_only_training_and_charts_need() -> None:
    done = subprocess.run([sys.executable, "-c", BUILD], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"gradio", "torch"} <= loaded
    assert loaded.isdisjoint(LATER), loaded & set(LATER)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ("127.0.0.1", 7860)),
        ({"SPACE_ID": "someone/explorer"}, ("0.0.0.0", 7860)),
        ({"PORT": "7999"}, ("127.0.0.1", 7999)),
    ],
)
def test_the_app_serves_this_machine_and_a_space_serves_everyone(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    environment: dict[str, str],
    expected: tuple[str, int],
) -> None:
    for name in ("SPACE_ID", "PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    served: list[tuple[str, int]] = []
    monkeypatch.setattr(ui, "build", lambda folder, runs: folder)
    monkeypatch.setattr(ui.uvicorn, "run", lambda _, host, port, **settings: served.append((host, port)))
    ui.serve()
    assert served == [expected]
    assert f"http://{expected[0]}:{expected[1]}" in capsys.readouterr().out


@pytest.mark.parametrize("port", ["", "x", "0", "65536", "-1", "7860.5", "٣", "9" * 5000])
def test_a_port_that_is_none_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(ExplorerError, match="PORT is expected to be a number from 1 to 65535") as refused:
        ui.serve()
    assert len(str(refused.value)) <= 300
