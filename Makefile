# One command for each thing you want to do. "make help" lists them.

# The first of these that is Python 3.11 or newer and really starts makes .venv. Choose your own: make setup PYTHON=...
PYTHON ?= $(shell for p in python3.11 python3.14 python3.13 python3.12 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
STAMP := .venv/.up-to-date
UV_VERSION := 0.13.9
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup system demo check test bench soak format learn lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  ARGS is passed on: make demo ARGS=\"--port 8081\", make soak ARGS=\"-k night\""

setup: $(STAMP) ## Make .venv with exactly the locked packages (does nothing when it is up to date)

$(STAMP): requirements/locked.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and was not found." >&2; exit 1; }
	@test -x $(BIN)/python && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv \
		|| { echo "Could not make .venv. On Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PIP) install --require-hashes -r requirements/locked.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

system: ## Install the system packages that are missing (browser, fonts, database, faults)
	@scripts/system.sh

demo: setup ## Run a complete demonstration on this machine
	$(BIN)/gehoor demo $(ARGS)

check: setup ## Style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup system check ## Everything that must be green before a change goes in
	$(BIN)/pytest $(ARGS)

bench: setup ## Measure speed on this machine
	$(BIN)/gehoor bench $(ARGS)

soak: setup system ## The tests that run for a long time
	$(BIN)/pytest -m "soak" $(ARGS)

format: setup ## Put the source in house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

learn: ## Learn the classifier of signals again from tests/data/signals (some minutes)
	@test -x .cache/learn/bin/python || $(PYTHON) -m venv .cache/learn
	.cache/learn/bin/python -m pip install --quiet --require-hashes -r requirements/learn.txt
	OMP_NUM_THREADS=1 PYTHONPATH=src .cache/learn/bin/python scripts/train_signals.py $(ARGS)

lock: ## Lock the packages again (all to the newest: make lock ARGS=--upgrade)
	@test -x .cache/lock/bin/uv || { $(PYTHON) -m venv .cache/lock && .cache/lock/bin/pip install --quiet uv==$(UV_VERSION); }
	.cache/lock/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --fork-strategy fewest \
		--system-certs --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		$(ARGS) requirements/dev.in --output-file requirements/locked.txt
	.cache/lock/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --fork-strategy fewest \
		--system-certs --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		--constraint requirements/locked.txt requirements/runtime.in --output-file requirements/runtime.txt
	.cache/lock/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --fork-strategy fewest \
		--system-certs --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		--constraint requirements/locked.txt requirements/learn.in --output-file requirements/learn.txt

clean: ## Remove what was made here: .venv, caches, test output
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .grimp_cache \
		build dist test-output
	find src tests -type d -name __pycache__ -prune -exec rm -rf {} +
