# Everything a person runs is a target here or a `ccvc` subcommand. Bare `make` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
# Compiled programs and tests are kept, wherever the surroundings say otherwise: every process starts sooner for it.
export PYTHONDONTWRITEBYTECODE :=

PEOPLE ?= 10000
DEMO_HOME ?= demo
FUZZ ?= 100000
FUZZ_SEED ?= 1
FUZZ_FOUND ?= .cache/fuzz
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# One process more than processors, since tests that start and kill programs wait a fifth of their time; a file stays
# whole, for what it builds once, and files come in the order of tests/conftest.py.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST := pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder
STAMP := $(VENV)/.ready

.PHONY: help setup demo test quick lint types floors templates tests coverage fuzz bench screenshots messages lock clean

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Put the environment into .venv (does nothing when nothing changed)

$(STAMP): requirements.lock pyproject.toml
	@echo "Setting up the environment in $(VENV) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@awk '/^uv==/ {on=1} on {print; if ($$0 !~ /\\$$/) exit}' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q ccvc
	@$(BIN)/python -m ccvc.web.messages compile
	@touch $@

demo: setup ## A national node and four component nodes, 10,000 people (PEOPLE=), pages open until Ctrl-C
	@$(BIN)/ccvc demo --people $(PEOPLE) --home $(DEMO_HOME)

test: setup lint types tests ## Every check: style, types, floors, templates, all tests

quick: setup ## The everyday subset of the tests
	@$(BIN)/python -m $(PYTEST) -m everyday

lint: setup floors templates
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

floors: setup
	@$(BIN)/lint-imports --no-cache

templates: setup
	@$(BIN)/python scripts/lint_templates.py
	@$(BIN)/djlint --lint --quiet ccvc

types: setup
	@$(BIN)/mypy

tests: setup
	@$(BIN)/python -m $(PYTEST)

# Beside `make test`, not in it: counting lines takes each process ten seconds and every test a third more.
coverage: setup ## All tests again, and the lines none of them passed
	@$(BIN)/python -m slipcover -m $(PYTEST)

fuzz: setup ## Hostile inputs at every reader (FUZZ=100000, FUZZ_SEED=1, failing inputs into FUZZ_FOUND=.cache/fuzz)
	@$(BIN)/python -m tests.fuzz --inputs $(FUZZ) --seed $(FUZZ_SEED) --found $(FUZZ_FOUND)

bench: setup ## Measure throughput beside stated limits (prints ratios, hardware, sizes, commit)
	@$(BIN)/python -m bench

screenshots: setup ## Screenshots of every page into docs/screenshots (needs Chromium)
	@$(BIN)/python scripts/screenshots.py

messages: setup ## Bring the English catalogue up to date with the sources
	@$(BIN)/python -m ccvc.web.messages update

lock: ## Resolve dependencies again and write requirements.lock (hashes, no addresses)
	@$(BIN)/uv lock --quiet
	@$(BIN)/uv export --quiet --format requirements-txt --no-emit-project --all-extras --no-annotate --no-header -o requirements.lock
	@rm uv.lock

clean: ## Remove the environment, caches and the demo's home
	@rm -rf $(VENV) .cache $(DEMO_HOME) .mypy_cache .ruff_cache .pytest_cache .hypothesis
