# Continuo: every task a developer needs, by name. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
DATA ?=
PORT ?= 8000

.PHONY: help setup build run test test-swift test-browser bench format lint clean

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is missing (apt packages, the private PostgreSQL, the page's fonts and icons)
	@scripts/setup.sh

build: setup ## Build the program: .build/release/continuo
	@scripts/build.sh

run: build ## Build, start the server and print its address (DATA=folder PORT=8000)
	@exec .build/release/continuo serve --port $(PORT) $(if $(DATA),--data $(DATA))

test: ## Install what tests need and run all of them: lint, Swift, browser
	@scripts/setup.sh --tests
	@scripts/test.sh

bench: build ## Measure, as ratios side by side in one run
	@scripts/setup.sh --tests
	@Benchmarks/run.sh

format: ## Lay the Swift code out
	@swift format --in-place --recursive --parallel Package.swift Sources Tests

lint: ## Check the layout and the rules that a compiler does not know
	@scripts/lint.sh

clean: ## Remove what was built (not what was installed)
	@rm -rf .build
