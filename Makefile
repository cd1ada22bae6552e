# Everything begins here. `make help` lists the targets.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAGE ?= cases
export DATA_DIR ?= $(CURDIR)/var
export PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help run setup test check demo bench screens clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  \1\t\2/' | expand -t 12

$(VENV)/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "Python 3.11 is needed; $(PYTHON) is another. Name one: make PYTHON=/path/to/python3.11 run"; exit 1; }
	@echo "→ virtual environment and packages (a few minutes the first time) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/installed-test: requirements-test.txt $(VENV)/installed
	@echo "→ packages for the tests …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	@touch $@

setup: $(VENV)/installed ## All set-up, nothing started
	@$(BIN)/python -m config.setup_steps

run: $(VENV)/installed ## Set up, load the demonstration data once, start web, worker and clock
	@$(BIN)/python -m config.setup_steps --demo $(STAGE)
	@exec $(BIN)/python -m config.run

demo: $(VENV)/installed ## Load the demonstration world up to STAGE (people, posted, applied, cases)
	@$(BIN)/python -m config.setup_steps --demo $(STAGE)

check: $(VENV)/installed-test ## Linters, types, import contracts, migrations, translations, schema
	@$(BIN)/python -m config.setup_steps
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy config marketplace matching
	$(BIN)/lint-imports --no-cache
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py messages --check
	$(BIN)/python manage.py spectacular --file $(DATA_DIR)/schema.yaml --validate && diff -u docs/openapi.yaml $(DATA_DIR)/schema.yaml

test: check ## Everything that CI runs: checks, unit, journey and browser tests, the matching gate
	$(BIN)/python -m pytest -n 2 --dist loadscope tests
	@for set in fixtures/labelled fixtures/collections/*; do \
	  echo "→ matching gate: $$set"; \
	  $(BIN)/python manage.py evaluate_matching --dataset $$set --floor matching/weights/floors.json || exit 1; \
	done

bench: $(VENV)/installed-test ## List the benchmarks, or run one: make bench NAME=publish_to_match
	@$(BIN)/python -m benchmarks $(NAME)

screens: $(VENV)/installed-test ## Screenshots of every page as each role (the application must be running)
	$(BIN)/python -m tests.browser.screens http://localhost:$(PORT) $(DATA_DIR)/screens

clean: ## Remove what was built; data under var/ stays
	rm -rf $(VENV) node_modules
