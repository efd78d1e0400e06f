"""What a character model of each text is asked to continue, and which texts a visitor finds beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer.training.settings import TrainingError

PAGE = 6000
"""Characters of the held-out page, at most: it ends with a line."""


@dataclass(frozen=True)
class Example:
    """A text to read: a passage of the held-out text, or words of our own."""

    english: str
    chinese: str
    """Its title."""
    text: str
    """The text itself, or how the passage begins."""
    length: int = 0
    """Characters of the passage, at most: it ends with a line. 0 for a text of our own."""


@dataclass(frozen=True)
class Words:
    """Of one text."""

    prompt: str
    """What the samples of the timeline continue."""
    page: str
    """How the held-out part begins whose first characters are the page; "" for the first part."""
    examples: tuple[Example, ...]


WEATHER = (
    "Good morning! Today's weather: sunny at first, 21 degrees, with light rain after lunch.\n"
    "Please bring an umbrella, and charge your phone before you leave the house.\n"
)
PYTHON = '''\
def evaluate(table, rows=[(1, [2, 3]), (4, [5, {"six": (7, 8)}])]):
    """Add up what is nested."""
    total = 0
    for first, rest in rows:
        if first > 1:
            while rest:
                item = rest.pop()
                if isinstance(item, dict):
                    total += sum(len(str(value)) for value in item.values())
                else:
                    total += item
        total += first
    return table.get(total, (None, [None]))
'''
QUOTES = """\
"She said to me, 'I never liked that house,' and I believed her," replied Anne, "though nobody else did."
"""
FIVE = "床前明月光，疑是地上霜。\n举头望明月，低头思故乡。\n"
MODERN = "今天天气很好，我们下午一起去公园散步吧。\n不要忘记带上手机和雨伞，可能会下雨。\n"
SHAKESPEARE = Words(
    "ROMEO.\n",
    "ACT I.\n\nSCENE I. An open Place. Thunder",
    (
        Example("Three witches (Macbeth)", "三女巫（《麦克白》）", "FIRST WITCH.\nWhen shall we", 420),
        Example("Tomorrow, and tomorrow (Macbeth)", "明天，又明天（《麦克白》）", "She should have died here", 480),
        Example("The food of love (Twelfth Night)", "爱情的食粮（《第十二夜》）", "If music be the food", 600),
        Example("A king is asked to yield (King John)", "要国王让位（《约翰王》）", "KING JOHN.\nNow, say,", 700),
        Example("Nothing like Shakespeare", "毫不像莎士比亚", WEATHER),
    ),
)
AUSTEN = Words(
    '"My dear ',
    "Chapter 3\n",
    (
        Example("The first page of Persuasion", "《劝导》第一页", "Sir Walter Elliot, of Kellynch", 720),
        Example("In quotation marks", "引号里的对话", '"I must take leave to observe, Sir', 900),
        Example("Captain Wentworth's letter", "温特沃斯上校的信", '"I can listen no longer in', 900),
        Example("A quotation inside a quotation", "引号中的引号", QUOTES),
        Example("Nothing like Austen", "毫不像奥斯汀", WEATHER),
    ),
)
PYTHON_CODE = Words(
    "class Reader:\n    def ",
    "",
    (
        Example("A module begins", "一个模块的开头", '"""Strptime-related classes and', 760),
        Example("Documentation", "文档", '"""Temporary files.', 800),
        Example("Nested brackets and deep indentation", "嵌套的括号与缩进", PYTHON),
        Example("Prose, not code", "不是代码", WEATHER),
    ),
)
TANG = Words(
    "春风",
    "",
    (
        Example("On the frontier (Wang Changling)", "王昌龄《出塞》", "秦时明月汉时关", 34),
        Example("Pearls declined (Consort Mei)", "江采苹《谢赐珍珠》", "桂叶双眉久不描", 34),
        Example("A farewell under willows", "柳陌送别", "绿杨陌上送行人", 34),
        Example("Five characters a line: never seen (Li Bai)", "没见过的五言（李白《静夜思》）", FIVE),
        Example("Modern Chinese", "现代汉语", MODERN),
    ),
)
WORDS = {"shakespeare": SHAKESPEARE, "austen": AUSTEN, "python-code": PYTHON_CODE, "tang": TANG}
OTHERS = Words("\n", "", ())


def words_of(data: str) -> Words:
    """The words for a text; for one that is not known here a line feed, and its beginning."""
    return WORDS.get(data, OTHERS)


def texts(data: str, held_out: str) -> dict[str, Any]:
    """``texts.json`` of a model of ``data``.

    Raises:
        TrainingError: if a passage is not in the held-out text.
    """
    words = words_of(data)
    return {
        "page": passage(held_out, words.page, PAGE),
        "prompt": words.prompt,
        "examples": [
            {
                "title": {"en": example.english, "zh": example.chinese},
                "text": passage(held_out, example.text, example.length) if example.length else example.text,
            }
            for example in words.examples
        ],
    }


def passage(held_out: str, beginning: str, length: int) -> str:
    """Up to ``length`` characters from where ``beginning`` is first found, in whole lines unless there is but one.

    Raises:
        TrainingError: if it is not found.
    """
    start = held_out.find(beginning)
    if start < 0:
        raise TrainingError(f"the held-out text has no passage that begins with {beginning!r}")
    found = held_out[start : start + length]
    return found[: found.rfind("\n") + 1] or found
