export PORT ?= 8000
PYTHON := .venv/bin/python
TESTS := env OMP_NUM_THREADS=1 $(PYTHON) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder
SETUP := bash webapp/local/bootstrap.sh
SERVICES := $(PYTHON) -m webapp.local.services
CONTROL := $(PYTHON) -m webapp.local.control

.DEFAULT_GOAL := help

.PHONY: help run test checks tests sweeps lint format types bench samples demo services status stop clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## Install what is missing and run everything at http://127.0.0.1:8000/ (PORT changes it)
	@$(SETUP) run
	@$(PYTHON) -m webapp.local.run

test: ## Install what is missing and run every check
	@$(SETUP) test
	@$(SERVICES) with $(MAKE) --no-print-directory checks

checks: lint ## Every check, with everything installed and the services up
	@node --test $(wildcard tests/js/*.test.js)
	@$(MAKE) --no-print-directory -j 2 types tests

tests: ## Every test but the sweeps; .venv, services and all must be there
	@$(TESTS) -m "not sweep"

sweeps: ## The tests that are too long for every change: whole corpora, many kinds, many seeds
	@$(SETUP) test
	@$(SERVICES) with $(TESTS) -m sweep

lint: ## Style, import contracts, templates, JavaScript
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/djlint --quiet --lint webapp/templates
	@node_modules/.bin/biome check --error-on-warnings webapp/static tests/js

format: ## Rewrite Python and JavaScript in the house format
	@.venv/bin/ruff check --quiet --fix .
	@.venv/bin/ruff format --quiet .
	@node_modules/.bin/biome check --write webapp/static tests/js

types: ## Check the types
	@.venv/bin/mypy

bench: sweeps ## Run the sweeps, measure speed (tests/benchmarks) and accuracy (python -m mlcore.benchmarks)
	@$(SETUP) test
	@$(SERVICES) with $(PYTHON) -m pytest tests/benchmarks tests/browser --benchmark-enable --benchmark-only -q
	@$(PYTHON) -m mlcore.benchmarks features

samples: ## Fetch the sample imagery into var/samples
	@$(SETUP) samples

demo: ## Load the demo projects into the private database
	@$(SETUP) run
	@$(SERVICES) with $(PYTHON) manage.py demo

services: ## Start private PostGIS and Redis and leave them up, for development
	@$(SETUP) run
	@$(SERVICES) up

status: ## Tell what runs here
	@$(CONTROL) status

stop: ## Stop what `make run` and `make services` started, wherever that was
	@$(CONTROL) stop

clean: ## Remove what is installed or cached here (not var/, which holds the data)
	@rm -rf .venv node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache *.egg-info
