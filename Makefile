# make demo   start everything, with a demo municipality (PORT=8123 make demo for another port)
# make test   every test, browser tests included
# make check  formatter, linters, types, import contracts, migrations, OpenAPI, settings; no database

PYTHON ?= python3
VENV = .venv/bin/python

.PHONY: help install demo test check format requirements openapi bench

help:
	@sed -n 's/^# //p' Makefile

install:
	@$(PYTHON) tools/bootstrap.py all

demo:
	@$(PYTHON) tools/bootstrap.py run && exec $(VENV) tools/serve.py --demo

test: install
	@exec $(VENV) -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: install
	@exec $(VENV) tools/check.py

format: install
	@$(VENV) -m ruff check --fix-only --quiet .
	@$(VENV) -m ruff format .

openapi: install
	@$(VENV) manage.py spectacular --file docs/openapi.yaml --validate --fail-on-warn

requirements: install
	@$(VENV) tools/requirements.py

bench: install
	@exec $(VENV) tools/bench.py
