# Thin names; run.py does the work and needs nothing but Python.
PYTHON ?= python3
VENV = .venv/bin

.PHONY: run test lint bench fuzz

run:
	$(PYTHON) run.py

test:
	$(PYTHON) run.py test

lint:
	$(VENV)/ruff check .
	$(VENV)/lint-imports --no-logo

bench:
	$(VENV)/python -m benchmarks

fuzz:
	HYPOTHESIS_PROFILE=fuzz $(VENV)/python -m pytest -n auto -m "not browser and not slow"
