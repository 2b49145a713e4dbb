# Lookout: how it is started, tested and built. `make` alone lists the targets.
# PORT (8000) and LOOKOUT_DATA (./var) hold everywhere: PORT=8001 LOOKOUT_DATA=./var2 make run
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
PY := .venv/bin/python
PIP := $(PY) -m pip install -qq --disable-pip-version-check --require-hashes
HAVE_PIP := $(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null
MANAGE := $(PY) manage.py
DEBIAN := scripts/debian-packages
# Byte-code is kept, whatever the caller's shell says: without it each of the portal's processes compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-15s%s\n", $$1, $$2}' Makefile

# --- Installing -------------------------------------------------------------------------------------------------------
.venv/bin/python:
	@scripts/make-venv "$(PYTHON)"

.venv/.run: requirements.lock | .venv/bin/python
	@$(HAVE_PIP)
	@echo "Installing the packages of requirements.lock into .venv (once, a minute or two) …"
	@$(PIP) -r requirements.lock && touch $@

.venv/.dev: requirements-dev.lock | .venv/bin/python
	@$(HAVE_PIP)
	@echo "Installing the packages of requirements-dev.lock into .venv (once, a minute or two) …"
	@$(PIP) -r requirements-dev.lock && touch $@ .venv/.run

# npm empties node_modules first, and with it the mark of the other rule.
node_modules/.run: package-lock.json | .venv/bin/python
	@$(HAVE_PIP)
	@scripts/npm-packages --omit=dev && touch $@

node_modules/.dev: package-lock.json | .venv/bin/python
	@$(HAVE_PIP)
	@scripts/npm-packages && touch $@ node_modules/.run

setup: .venv/.dev node_modules/.dev ## install everything that a developer needs
	@$(DEBIAN) tests/debian-packages.txt

lock: ## look up new versions and write the locks (needs uv)
	uv pip compile pyproject.toml $(LOCKED) --output-file requirements.lock
	uv pip compile pyproject.toml --group dev --no-annotate $(LOCKED) --output-file requirements-dev.lock
LOCKED := --quiet --upgrade --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header

# --- Training our own networks (docs/training.md) ----------------------------------------------------------------------
TRAIN := .venv-training/bin/python

.venv-training/.ready: requirements.lock pyproject.toml scripts/training_requirements.py
	@[ -x $(TRAIN) ] || scripts/make-venv "$(PYTHON)" .venv-training
	@echo "Installing torch and what it needs into .venv-training (once, some minutes; up to 5 GB with CUDA) …"
	@$(TRAIN) scripts/training_requirements.py >.venv-training/requirements.txt
	@$(TRAIN) -m pip install -qq --disable-pip-version-check -r .venv-training/requirements.txt && touch $@

training: .venv-training/.ready ## install what training needs (torch), apart; print the commands
	@echo '$(TRAIN) -m analytics.training train occupancy --pool POOL --out var/training/occupancy'
	@echo '$(TRAIN) -m analytics.training export var/training/occupancy --size 384x256 --size 320x192'
	@echo '$(TRAIN) -m analytics.training evaluate analytics/networks/lookout-occupancy-384x256.json --pool POOL --write'

test-training: .venv/.dev .venv-training/.ready ## the tests of the training with torch, which `make test` skips
	@PYTHONPATH=$$($(TRAIN) -c 'import sysconfig; print(sysconfig.get_path("purelib"))') \
		$(PY) -m pytest tests/analytics/training $(ARGS)

# --- Running ----------------------------------------------------------------------------------------------------------
run: .venv/.run node_modules/.run ## start the portal with its demo sites; Ctrl-C stops it
	@exec $(MANAGE) up --demo

worker: .venv/.run ## one more camera worker, for the portal of REDIS_URL and DATABASE_URL
	@exec $(MANAGE) worker

# --- Checking ---------------------------------------------------------------------------------------------------------
test: .venv/.dev node_modules/.dev ## the whole suite
	@$(DEBIAN) tests/debian-packages.txt
	$(PY) -m pytest -n 2 --dist loadfile $(ARGS)

test-postgres: .venv/.dev node_modules/.dev ## the tests of the database, on PostgreSQL
	@$(DEBIAN) tests/debian-packages.txt
	$(PY) -m tests.servers.postgres -n 2 --dist loadfile $(ARGS)

check: .venv/.dev node_modules/.dev ## linters, types, import directions, Django's checks
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .
	.venv/bin/lint-imports
	$(MANAGE) check
	$(MANAGE) makemigrations --check --dry-run

bench: .venv/.dev node_modules/.dev ## the figures of docs/performance.md, measured here (some minutes)
	@$(PY) -m tests.bench $(ARGS)

soak: .venv/.dev ## kill, freeze, cut off, fill and set what it stands on; nothing lost or doubled (under 20 min)
	@$(DEBIAN) tests/debian-packages.txt
	@$(PY) -m tests.soak $(ARGS)

fuzz: .venv/.dev ## 20,000 requests out of the API's document; no error, no answer it does not allow, no leak (minutes)
	@$(PY) -m tests.fuzz $(ARGS)

docs: .venv/.dev ## references made from the code into the data folder; every link checked
	@$(MANAGE) docs

clean: ## remove what was installed and made here; the data folder stays
	rm -rf .venv .venv-training node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help setup lock training test-training run worker test test-postgres check bench soak fuzz docs clean
