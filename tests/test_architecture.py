"""The rules that the tree keeps: who imports whom, what the documentation names, what may be in the repository."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

REPOSITORY = Path(__file__).parents[1]
DOCUMENTS = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
LARGEST_FILE = 10_000_000
LARGEST_CHECKPOINTS = 64_000_000
# Spelled in halves, so that this file does not contain what it looks for.
REGISTRIES = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "download.pytorch" + ".org")
PICKLE = re.compile(
    r"\bimport pickle\b|\bfrom pickle\b|\btorch\.(load|save)\(|allow_pickle=True|\b(cPickle|dill|joblib)\b"
)

NAMED = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|js|c|wasm|css|html|toml)|(?:[\w.-]+/)+[\w.-]*)`")
"""A file of code, by its name or path, or any path with a folder."""


def tracked(*patterns: str) -> list[Path]:
    """Files of the repository that exist in the working tree."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
    files = [REPOSITORY / name for name in listed.split("\0") if name and (REPOSITORY / name).is_file()]
    assert files, f"expected files that match {patterns}"
    return files


def requirements() -> dict[str, Requirement]:
    lines = (REPOSITORY / "requirements.txt").read_text().splitlines()
    parsed = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {requirement.name: requirement for requirement in parsed}


def ranges() -> dict[str, Requirement]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    return {Requirement(line).name: Requirement(line) for line in project["dependencies"]}


def front_matter() -> dict[str, str]:
    header = (REPOSITORY / "README.md").read_text().split("---\n")[1]
    return {key: value.strip().strip('"') for key, value in (line.split(":", 1) for line in header.splitlines())}


def test_imports_point_one_way() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_documentation_says_which_way_imports_point() -> None:
    contracts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract.get("containers") == ["explorer"])
    said = " ".join((REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8").split())
    assert f"`{' → '.join(layers[1:])}`" in said, "all but __main__, on top of them all"


def rooms(browser: Path) -> subprocess.CompletedProcess[str]:
    """What the contract of the page's rooms says of ``explorer/browser`` below a folder."""
    tools = REPOSITORY / "node_modules" / "dependency-cruiser" / "bin" / "dependency-cruiser.mjs"
    node = Path(sys.executable).with_name("node")
    command = [node, tools, "explorer/browser", "--config", REPOSITORY / ".dependency-cruiser.js"]
    return subprocess.run(list(map(str, command)), cwd=browser, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("module", "imported", "rule"),
    [
        ("views/lab/runs.js", "../sample/drag.js", "no view imports another"),
        ("runtime/plan.js", "../dom.js", "the runtime draws nothing"),
        ("charts/axis.js", "../runtime/model.js", "charts know no model"),
        ("parts/fields.js", "../page/theme.js", "parts know no model"),
        ("dom.js", "./i18n.js", ""),
    ],
)
def test_the_contract_of_the_page_s_rooms_bites(tmp_path: Path, module: str, imported: str, rule: str) -> None:
    """An import that it forbids is refused by the rule's name; one that it allows is not."""
    browser = tmp_path / "explorer" / "browser"
    shutil.copytree(REPOSITORY / "explorer" / "browser", browser)
    (tmp_path / "package.json").write_text((REPOSITORY / "package.json").read_text())
    planted = browser / module
    planted.write_text(f'import "{imported}";\n' + planted.read_text())
    done = rooms(tmp_path)
    assert (done.returncode == 0) == (rule == ""), done.stdout + done.stderr
    assert rule in done.stdout


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_the_documentation_names_exists(document: Path) -> None:
    """What is still to be made has a name in angle brackets."""
    named = set(NAMED.findall(document.read_text(encoding="utf-8")))
    assert len(named) > 3
    roots = [
        REPOSITORY,
        REPOSITORY / "explorer",
        REPOSITORY / "explorer" / "browser",
        REPOSITORY / "explorer" / "browser" / "runtime",
    ]
    missing = sorted(name for name in named if not any((root / name).exists() for root in roots))
    assert not missing, f"{document.name} names {missing}"


def test_no_package_registry_is_named() -> None:
    named = [
        f"{path.relative_to(REPOSITORY)}: {host}"
        for path in tracked()
        for host in REGISTRIES
        if host.encode() in path.read_bytes()
    ]
    assert not named


def test_nothing_is_pickled() -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}:{number}"
        for path in tracked("*.py")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if PICKLE.search(line)
    ]
    assert not found
    assert not [path for path in tracked() if path.suffix in {".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin"}]


@pytest.mark.parametrize(
    "line", ["import pickle", "torch.load(path)", "np.load(path, allow_pickle=True)", "from pickle import loads"]
)
def test_the_search_for_pickles_finds_one(line: str) -> None:
    assert PICKLE.search(line)


def test_files_stay_small() -> None:
    large = {
        str(path.relative_to(REPOSITORY)): path.stat().st_size
        for path in tracked()
        if path.stat().st_size > LARGEST_FILE
    }
    assert not large
    assert sum(path.stat().st_size for path in tracked("checkpoints/")) < LARGEST_CHECKPOINTS


def test_a_space_installs_what_the_project_allows() -> None:
    pinned, allowed = requirements(), ranges()
    assert set(pinned) == set(allowed) - {"gradio"}, "Gradio comes from sdk_version"
    for name, requirement in pinned.items():
        (pin,) = requirement.specifier
        assert pin.operator == "==", f"{name} is not pinned"
        assert pin.version in allowed[name].specifier, f"{name} {pin.version} is outside {allowed[name].specifier}"


def test_the_space_is_described() -> None:
    header = front_matter()
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    assert header["sdk"] == "gradio"
    assert header["sdk_version"] in ranges()["gradio"].specifier
    assert f"{header['python_version']}.0" in Requirement(f"python{project['requires-python']}").specifier
    assert header["license"].upper() == project["license"]
    assert (REPOSITORY / header["app_file"]).is_file()
    assert len(header["short_description"]) <= 60, "the Hub cuts it there"
