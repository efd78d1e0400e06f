PYTHON ?= python3
BIN := .venv/bin

NODE := PATH="$(CURDIR)/$(BIN):$$PATH"

.PHONY: run test proof lint format bench kernels source rhymes pictures

run: .venv/installed
	$(BIN)/python app.py

test: lint
	$(BIN)/python tests/ensure_browser.py
	$(BIN)/python -m pytest -n auto --dist loadfile

proof: .venv/developed
	$(BIN)/python -m pytest -n 2 -m proof

lint: .venv/developed
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(NODE) npm run --silent types
	$(NODE) npm run --silent lint
	$(NODE) npm run --silent rooms
	$(NODE) npm run --silent check-format

format: .venv/developed
	$(BIN)/ruff check --fix-only . && $(BIN)/ruff format .
	$(NODE) npm run --silent format

bench: .venv/developed
	$(BIN)/python -m benchmarks

kernels: .venv/developed
	$(BIN)/python -m explorer.browser.runtime.build

source: .venv/developed
	$(BIN)/python -m explorer.browser.views.latent.inside.build

rhymes: .venv/developed
	$(BIN)/python -m explorer.datasets.texts.pingshui.build

pictures: .venv/developed
	$(BIN)/python -m docs.pictures.take

.venv/installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet "torch>=2.13,<2.14"
	$(BIN)/python -m pip install --quiet -e .
	touch $@

.venv/developed: .venv/installed package-lock.json
	$(BIN)/python -m pip install --quiet -e ".[dev]"
	$(NODE) npm ci --no-fund --no-audit --loglevel=error
	touch $@
