# Two commands matter: `make demo` shows the product, `make test` proves it. Both make what they need.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# Python keeps what it compiled: the tests start many processes, and compiling anew costs each of them a second.
export PYTHONDONTWRITEBYTECODE :=
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
WORKERS ?= 2

.PHONY: help install demo demo-reset test check lint types contracts unit bench lock clean tools-for-tests

help:  ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

$(VENV)/.made: scripts/make-venv.sh
	@bash scripts/make-venv.sh $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.made requirements.txt pyproject.toml
	@bash scripts/install.sh $(VENV) requirements.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	@bash scripts/install.sh $(VENV) requirements-dev.txt
	@touch $@

install: $(VENV)/.runtime  ## only make the environment and the command .venv/bin/jifen
	@$(BIN)/python -m cli.score.warming

demo: $(VENV)/.runtime  ## two phones and the panel in the browser, no account needed (ARGS="--port 8000" to choose)
	@exec $(BIN)/jifen demo $(ARGS)

demo-reset: $(VENV)/.runtime  ## forget the demo's data
	@rm -rf demo-data && echo "demo-data is gone; make demo begins anew"

tools-for-tests: $(VENV)/.dev
	@bash scripts/browser-for-tests.sh

check test: tools-for-tests lint types contracts unit  ## everything: lint, types, import contracts, all tests

lint: $(VENV)/.dev  ## ruff, linter and formatter
	@$(BIN)/ruff check . && $(BIN)/ruff format --check -q .

types: $(VENV)/.dev  ## mypy, strict
	@$(BIN)/mypy

contracts: $(VENV)/.dev  ## who may import whom
	@$(BIN)/lint-imports

unit: $(VENV)/.dev  ## all tests, journeys included (WORKERS=0 for one after the other)
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

bench: $(VENV)/.dev  ## measured ratios into benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks $(ARGS)

lock: $(VENV)/.dev  ## pin the dependencies anew
	@$(BIN)/uv pip compile -q pyproject.toml -o requirements.txt --generate-hashes --no-header --no-annotate --python-version 3.11
	@$(BIN)/uv pip compile -q pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt --generate-hashes --no-header --no-annotate --python-version 3.11

clean:  ## forget the environment and caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
