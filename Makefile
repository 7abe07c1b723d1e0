# `make help` lists what there is. Nothing but Python >= 3.11 and make is needed beforehand.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test check bench lock clean

help: ## list these targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

demo: .venv/run.stamp ## the main job, start to end, on a sample company (ends by naming what to look at)
	@$(BIN)/notifier demo

test: .venv/dev.stamp ## the whole test suite
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

check: .venv/dev.stamp ## lint, formatting, types, import layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .venv/dev.stamp ## speed and quality, side by side with the field, as tables
	@$(BIN)/python -m tests.bench

lock: ## write the lock files anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --extra dev -c requirements.lock pyproject.toml -o tests/requirements.lock

clean: ## remove what was set up and made
	rm -rf .venv build dist demo-output .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "notifier needs Python 3.11 or newer; run: make PYTHON=python3.11 ...")'
	@echo "Setting up .venv (first run only) ..."
	@$(PYTHON) -m venv .venv

.venv/run.stamp: .venv/bin/python requirements.lock pyproject.toml
	@$(BIN)/python -m pip install -q --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --no-deps -e .
	@touch $@

.venv/dev.stamp: .venv/run.stamp tests/requirements.lock
	@$(BIN)/python -m pip install -q --require-hashes -r tests/requirements.lock
	@touch $@
