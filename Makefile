PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test proof lint bench kernels source

run: .venv/installed
	$(BIN)/python app.py

test: .venv/developed
	$(BIN)/python tests/ensure_browser.py
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadfile

proof: .venv/developed
	$(BIN)/python -m pytest -n 2 -m proof

lint: .venv/developed
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/developed
	$(BIN)/python -m benchmarks

kernels: .venv/developed
	$(BIN)/python -m explorer.browser.runtime.build

source: .venv/developed
	$(BIN)/python -m explorer.browser.views.latent.inside.build

.venv/installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet "torch>=2.13,<2.14"
	$(BIN)/python -m pip install --quiet -e .
	touch $@

.venv/developed: .venv/installed
	$(BIN)/python -m pip install --quiet -e ".[dev]"
	touch $@
