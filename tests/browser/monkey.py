"""A monkey that handles the page: seeded clicks, keys, drags, texts, files and switches, wherever there is something.

A page that stands it reports nothing and, left, holds no node of the views that were on it.

What it may hit depends on what the page has come to, so that the same seed asks for the same and a slow machine may see
a little else. It knows no view: it takes what is on the page by tag and role.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page
from waiting import wait_until

CASES = sorted(path for path in (Path(__file__).parents[1] / "cases").rglob("*") if path.is_file())
KEYS = (
    *(
        "ArrowLeft",
        "ArrowRight",
        "ArrowUp",
        "ArrowDown",
        "Home",
        "End",
        "PageDown",
        "PageUp",
        "Enter",
        "Space",
        "Escape",
    ),
    *(
        "Tab",
        "Shift+Tab",
        "Shift+ArrowRight",
        "Shift+ArrowLeft",
        "Control+z",
        "Backspace",
        "Delete",
        "a",
        "0",
        "+",
        "-",
    ),
)
VIEWS = ("sample", "latent", "gates", "lab", "training")
TEXTS = (
    "",
    "To be",
    "床前明月光，",
    "0",
    "-1",
    "1e9",
    "NaN",
    "7, 7",
    "é😀\u0301",
    "def f(x):\n    return x\n" * 30,
    "x" * 300,
)
PLACES = {
    "click": "button:not(:disabled), summary, [role=tab], [role=option], input[type=checkbox], input[type=radio], "
    "canvas, svg, [tabindex='0'], label, td, img",
    "drag": "canvas, svg, input[type=range], [tabindex='0'], [role=slider]",
    "type": "textarea, input[type=text], input[type=number], input[type=search], input:not([type])",
    "choose": "select",
    "slide": "input[type=range]",
    "tab": "[role=tab]",
    "language": "[data-language]",
}
"""What an action may be of."""
PICK = """([selector, first, x, y]) => {
  const seen = [...document.querySelectorAll(selector)].filter((node) =>
    node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0);
  const node = seen[Math.floor(first * seen.length)];
  if (!node) return null;
  node.scrollIntoView({ block: "nearest", inline: "nearest" });
  const { left, top, width, height } = node.getBoundingClientRect();
  return { x: left + 1 + x * Math.max(0, width - 2), y: top + 1 + y * Math.max(0, height - 2),
    name: `${node.tagName.toLowerCase()}.${node.getAttribute("class") ?? ""} ${(node.getAttribute("aria-label")
      ?? node.textContent ?? "").trim().slice(0, 40)}` };
}"""
SET = """([selector, first, share]) => {
  const fields = [...document.querySelectorAll(selector)].filter((node) => node.checkVisibility());
  const node = fields[Math.floor(first * fields.length)];
  if (!node) return "nothing";
  if (node instanceof HTMLSelectElement) node.selectedIndex = Math.floor(share * node.options.length);
  else node.value = String(Number(node.min || 0) + share * (Number(node.max || 100) - Number(node.min || 0)));
  for (const type of ["input", "change"]) node.dispatchEvent(new Event(type, { bubbles: true }));
  return `${node.className || node.id}: ${node.value}`;
}"""
DROP = """([name, content, first]) => {
  const fields = [...document.querySelectorAll("input[type=file]")];
  const node = fields[Math.floor(first * fields.length)];
  if (!node) return "nothing";
  const files = new DataTransfer(); // Playwright's own way would hold on to the field, and with it to the whole view
  files.items.add(new File([Uint8Array.from(atob(content), (character) => character.charCodeAt(0))], name));
  node.files = files.files;
  node.dispatchEvent(new Event("change", { bubbles: true }));
  return name;
}"""
OPEN = """([model, share]) => {
  const picker = document.querySelector("#explorer-model");
  picker.value = model;
  if (picker.selectedIndex < 0) picker.selectedIndex = Math.floor(share * picker.options.length); // not in the picker
  picker.dispatchEvent(new Event("change"));
  return picker.value;
}"""
ATTEMPTS = 6
STANDS = "!document.querySelector('.view[aria-busy]')"


class Monkey:
    """One visit to a page that is served at an address.

    Args:
        page: of a browser of its own: it changes viewport and colours.
        address: of the page, without a query.
        models: names that it may switch to, and come by a link to.
        seed: of everything.
    """

    def __init__(self, page: Page, address: str, models: tuple[str, ...], seed: int) -> None:
        self.page, self.address, self.models = page, address, models
        self.random = random.Random(seed)
        self.log: list[str] = []
        self.errors: list[str] = []
        """What the page reports as wrong, with where it happened and what was done last."""
        page.on("pageerror", lambda error: self._report(error.stack or str(error)))
        page.on("console", lambda message: self._report(message.text) if message.type == "error" else None)
        self.actions: dict[Callable[[], str], int] = {
            self.click: 40,
            self.press: 14,
            self.drag: 14,
            self.type: 6,
            self.choose: 6,
            self.slide: 6,
            self.wheel: 4,
            self.drop: 3,
            self.switch_tab: 3,
            self.switch_model: 3,
            self.switch_language: 1,
            self.switch_theme: 1,
            self.resize: 1,
        }

    def _report(self, error: str) -> None:
        self.errors.append(f"{error}\n  after: {'; '.join(self.log[-12:])}")

    def visit(self) -> None:
        """Come by a link to a model and a view, which need not fit; one time in three something else is wrong, too."""
        query = {"model": self.random.choice(self.models), "view": self.random.choice(VIEWS)}
        query["lang"] = self.random.choice(["en", "zh"])
        if self.random.random() < 1 / 3:
            names = (
                "seed",
                "z",
                "text",
                "t",
                "unit",
                "iteration",
                "span",
                "dims",
                "temperature",
                "tab",
                "view",
                "lang",
            )
            query[self.random.choice(names)] = self.random.choice(TEXTS)
        self.log.append(f"visit {query}")
        self.page.goto(f"{self.address}?{urlencode(query)}")
        wait_until(self.page, f"document.querySelector('.view') && {STANDS}")

    def act(self, count: int) -> None:
        """So many actions, each right after the other or a frame later."""
        for _ in range(count):
            (action,) = self.random.choices(list(self.actions), list(self.actions.values()))
            self.log.append(f"{action.__name__} {action()}")
            if self.random.random() < 0.5:
                self.page.evaluate("() => new Promise(requestAnimationFrame)")

    def go_home(self, model: str) -> None:
        """Switch to a model, as a visitor would, and wait until it stands."""
        self.page.evaluate(OPEN, [model, 0])
        wait_until(self.page, f"{STANDS} && document.querySelector('#explorer-model').value === '{model}'")

    def _pick(self, kind: str) -> dict[str, Any] | None:
        draws = [self.random.random() for _ in range(3)]
        found: dict[str, Any] | None = self.page.evaluate(PICK, [PLACES[kind], *draws])
        return found

    def click(self, kind: str = "click") -> str:
        place = self._pick(kind)
        if place is None:
            return "nothing"
        self.page.mouse.click(place["x"], place["y"], click_count=self.random.choice([1, 1, 1, 2]))
        return str(place["name"])

    def press(self) -> str:
        key = self.random.choice(KEYS)
        for _ in range(self.random.choice([1, 1, 5])):
            self.page.keyboard.press(key)
        return key

    def drag(self) -> str:
        place = self._pick("drag")
        if place is None:
            return "nothing"
        mouse = self.page.mouse
        mouse.move(place["x"], place["y"])
        mouse.down()
        for _ in range(self.random.randint(1, 4)):
            mouse.move(place["x"] + self.random.uniform(-200, 200), place["y"] + self.random.uniform(-100, 100))
        mouse.up()
        return str(place["name"])

    def type(self) -> str:
        place = self._pick("type")
        if place is None:
            return "nothing"
        text = self.random.choice(TEXTS)
        self.page.mouse.click(place["x"], place["y"])
        if self.random.random() < 0.7:
            self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text) if text else self.page.keyboard.press("Delete")
        return f"{text[:20]!r} into {place['name']}"

    def choose(self) -> str:
        return str(self.page.evaluate(SET, ["select:not(#explorer-model)", self.random.random(), self.random.random()]))

    def slide(self) -> str:
        return str(self.page.evaluate(SET, [PLACES["slide"], self.random.random(), self.random.random()]))

    def wheel(self) -> str:
        place = self._pick("drag")
        if place is not None:
            self.page.mouse.move(place["x"], place["y"])
        self.page.mouse.wheel(0, self.random.choice([-400, -50, 50, 400]))
        return "" if place is None else str(place["name"])

    def drop(self) -> str:
        file = self.random.choice(CASES)
        content = base64.b64encode(file.read_bytes()).decode()
        return str(self.page.evaluate(DROP, [file.name, content, self.random.random()]))

    def switch_tab(self) -> str:
        return self.click("tab")

    def switch_model(self) -> str:
        model = str(self.page.evaluate(OPEN, [self.random.choice(self.models), self.random.random()]))
        if self.random.random() < 0.7:  # else the next action meets a page that is still opening it
            wait_until(self.page, STANDS)
        return model

    def switch_language(self) -> str:
        return self.click("language")

    def switch_theme(self) -> str:
        scheme = self.random.choice(["light", "dark"])
        self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        return scheme

    def resize(self) -> str:
        width = self.random.choice([390, 800, 1280])
        self.page.set_viewport_size({"width": width, "height": 900})
        return str(width)


def detached(page: Page, enough: int) -> int:
    """Nodes that are in no document but held by scripts, after the garbage was collected; at best ``enough``.

    What is still being opened for a view that was left holds on to that view, rightly: it is given time to end.
    """
    for attempt in range(ATTEMPTS):
        page.wait_for_timeout(1000 * attempt)
        protocol = page.context.new_cdp_session(page)  # a session of its own, which holds on to what it has counted
        for _ in range(3):
            protocol.send("HeapProfiler.collectGarbage")
        protocol.send("DOM.enable")
        found = sum(_size(each["treeNode"]) for each in protocol.send("DOM.getDetachedDomNodes")["detachedNodes"])
        protocol.detach()
        if found <= enough:
            break
    return found


def _size(node: dict[str, Any]) -> int:
    return 1 + sum(_size(child) for child in node.get("children", []))
