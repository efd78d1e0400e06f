"""Waiting for what a page computes."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

PATIENCE = 120_000
"""Milliseconds; the machine may be busy with other tests."""
FUNCTION = re.compile(r"\s*(async\s*)?(\([^()]*\)|\w+)\s*=>")
LOOK = """async ([arg, patience]) => {
  const met = CONDITION;
  for (const end = performance.now() + patience; performance.now() < end;) {
    if (await met(arg)) return true;
    await new Promise((again) => setTimeout(again, 20));
  }
  return false;
}"""


def wait_until(page: Page, condition: str, arg: Any = None) -> None:
    """Wait until a JavaScript expression, or a function of ``arg``, is true.

    ``page.wait_for_function`` evaluates its text anew each time it looks again, which an exported page's content
    security policy forbids: there it fails whenever there is something to wait for.
    """
    function = condition if FUNCTION.match(condition) else f"() => ({condition})"
    assert page.evaluate(LOOK.replace("CONDITION", function), [arg, PATIENCE]), f"never true: {condition}"
