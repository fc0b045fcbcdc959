# `make` lists what can be made.
.DEFAULT_GOAL := help
.PHONY: help setup demo report year docs site test test-slow renew engines lab lock clean

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(VENV)/installed ## Create .venv with the locked dependencies and the package

$(BIN)/uv: requirements/uv.txt
	@echo 'setup: make $(VENV) with the locked dependencies, 1.2 GB; a few minutes the first time'
	@$(PYTHON) -m venv $(VENV) || { echo 'venv must be available: on Debian, apt-get install python3-venv'; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/installed: $(BIN)/uv requirements/run.txt pyproject.toml
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/run.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable .
	@touch $@
	@echo 'setup: done; "source $(BIN)/activate" makes retro a command'

$(VENV)/installed-test: $(VENV)/installed requirements/test.txt
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/test.txt
	@touch $@

demo: data/demo/truth.json ## Make the demo data

data/demo/truth.json: $(VENV)/installed $(shell find src/retro_demo -type f -not -name "*.pyc")
	@$(BIN)/retro demo

report: data/demo/truth.json ## Make the demo reports in Chinese and English, HTML and PDF
	@$(BIN)/retro run 2025Q1

year: data/demo/truth-2025.json ## Make the demo's whole year: its later quarters beside the first, their reports and the year's
	@$(BIN)/retro run 2025Q1
	@$(BIN)/retro run 2025

data/demo/truth-2025.json: $(VENV)/installed $(shell find src/retro_demo -type f -not -name "*.pyc")
	@$(BIN)/retro demo --year

docs: $(VENV)/installed ## Write docs/metrics.md from the registry of figures
	@$(BIN)/python -m retro.figures

site: $(VENV)/installed-test ## Build the documentation as a site in docs/site; pictures come from reports/, else from a tiny shop
	@$(BIN)/sphinx-build -W --keep-going --quiet docs docs/site
	@echo 'site: docs/site/index.html'

test: $(VENV)/installed-test ## Lint, types, import floors and all tests but the slow ones
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pytest --numprocesses auto --dist worksteal -m 'not slow and not engines'

test-slow: $(VENV)/installed-test ## The slow tests: second languages, many random cases, public data sets, published pages
	@$(BIN)/pytest --numprocesses auto --dist worksteal -m 'slow and not engines'

renew: $(VENV)/installed-test ## Execute the notebooks on the tiny quarter again and keep what they say
	@$(BIN)/pytest --quiet --numprocesses auto --dist worksteal --nb-force-regen tests/notebooks

$(VENV)/installed-engines: $(VENV)/installed-test requirements/engines.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/engines.txt
	@touch $@

engines: $(VENV)/installed-engines ## The same figures on Spark, PostgreSQL and ClickHouse (needs Java 17 and postgresql)
	@$(BIN)/pytest --numprocesses auto --dist loadfile -m engines tests/metrics/test_engines.py tests/contracts/test_spark.py tests/run/test_engines.py tests/sources/test_delta.py

lab: $(VENV)/installed ## Open JupyterLab on the notebooks
	@$(BIN)/jupyter lab notebooks

lock: $(BIN)/uv ## Resolve the dependencies again and write the locks (versions and hashes, no address), and the bill of materials
	@cd requirements && set -e; \
	compile="$(CURDIR)/$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet"; \
	$$compile uv.in -o uv.txt; \
	$$compile ../pyproject.toml --extra build --extra notify --extra lab -o run.txt; \
	$$compile ../pyproject.toml --extra build --extra notify --extra lab --extra test -c run.txt -o test.txt; \
	$$compile ../pyproject.toml --extra build --extra notify --extra lab --extra test --extra spark --extra postgres --extra delta --extra clickhouse -c test.txt -o engines.txt; \
	$(CURDIR)/$(BIN)/python sbom.py

clean: ## Remove everything that was generated
	rm -rf $(VENV) .retro data quarantine
	find reports -mindepth 1 -not -name README.md -delete
