"""Run the named benchmarks, or all: each module of this folder with a ``main()`` is one."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks


def names() -> list[str]:
    """The benchmarks there are."""
    modules = (module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__")
    return [name for name in modules if hasattr(importlib.import_module(f"benchmarks.{name}"), "main")]


def main() -> int:
    """Run what the command line asks for; returns the exit status."""
    known = names()
    chosen = sys.argv[1:] or known
    if unknown := [name for name in chosen if name not in known]:
        print(f"no benchmark is called {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    for name in chosen:
        print(f"\n## {name}\n", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
