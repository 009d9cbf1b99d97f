# Trợ lý 06. Two commands matter: `make up` runs the product, `make test` runs every test. `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
unexport PYTHONDONTWRITEBYTECODE
PYTHON := .venv/bin/python

help: ## what can be made here
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

up: setup ## set up and run the whole product on this machine (embedded database, sandbox backends)
	$(PYTHON) -m scripts.up

setup: ## both Python environments, for running
	python3 scripts/bootstrap.py --extra verification

setup-tests: ## both Python environments and the Debian packages, for testing
	bash scripts/debian-packages.sh
	python3 scripts/bootstrap.py --dev --extra verification --extra kiosk

test: setup-tests ## set up what tests need and run all of them
	$(PYTHON) -m scripts.test

train: setup ## train the language model when its inputs changed
	cd bot && .venv/bin/python train.py

validate: ## Rasa's own check of domain, rules and training data
	cd bot && .venv/bin/python train.py --validate-only

lint: ## style and import rules
	.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/lint-imports

fmt: ## format the code
	.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

understand: ## measure language understanding: make understand FILE=x.tsv
	$(PYTHON) -m nlu_data.tools.understand $(FILE)

answers: ## check every knowledge unit on several dates
	$(PYTHON) -m actions.knowledge.review check

bench: setup-tests ## every benchmark, beside its baseline
	$(PYTHON) -m tests.bench

fuzz: ## at least a million hostile inputs for the chip parsers
	$(PYTHON) -m tests.fuzz.run --count 1000000

clean: ## forget the local installation (database, secrets, model)
	rm -rf var bot/models

.PHONY: help up setup setup-tests test train validate lint fmt understand answers bench fuzz clean
