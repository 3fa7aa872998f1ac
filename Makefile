# The four words one needs: run, test, check, bench.
SHELL := /bin/bash
PY := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONPATH := $(CURDIR)

.PHONY: help run test pictures check bench country setup setup-tests catalogues clean
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup ## start everything here; prints the address and a sign-in for each role
	@OUTREACH_ENV=development tools/start.sh

setup: .venv/.runtime .venv/.frontend .venv/.catalogues
	@tools/setup.sh pango
	@tools/setup.sh ffmpeg

setup-tests: setup .venv/.tests
	@tools/setup.sh chromium

.venv/.runtime: requirements.txt tools/setup.sh
	@tools/setup.sh python requirements.txt
	@touch $@

.venv/.tests: requirements-dev.txt .venv/.runtime
	@tools/setup.sh python requirements-dev.txt
	@touch $@

.venv/.frontend: package.json package-lock.json tools/setup.sh | .venv/.runtime
	@tools/setup.sh frontend

.venv/.catalogues: $(wildcard translations/*/LC_MESSAGES/*.po) | .venv/.runtime
	@pybabel -q compile -d translations --statistics 2>/dev/null || pybabel compile -d translations
	@touch $@

# What was compiled stays for the next process and the next run, whatever the machine thinks of caches.
test: setup-tests ## everything: SQLite, PostgreSQL, a real browser
	@env -u PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX=$(CURDIR)/var/compiled pytest -n 3 --dist loadgroup -rR $(args)

pictures: setup-tests ## the main job and the style guide as pictures, under screenshots/
	@PICTURES=1 pytest tests/browser/test_main_job.py tests/browser/test_looks.py

check: setup-tests ## style, types, floors, catalogues, templates, lessons
	@ruff check .
	@ruff format --check -q . || (echo "run: ruff format ." && false)
	@mypy
	@lint-imports --no-cache
	@$(PY) -m tools.check_catalogues
	@$(PY) -m tools.check_content
	@pytest tests/guards/test_templates.py

bench: setup-tests ## figures against their goals; only=lessons|bag|visits|coverage|…; coverage: scale=280k|2.8m|28m
	@$(PY) -m tests.bench $(only) $(foreach name,scale visits minutes keep,$(if $($(name)),$(name)=$($(name))))

country: setup-tests ## a made-up country to look at: url=postgresql+psycopg://… scale=280k|2.8m|28m
	@$(PY) -m tests.bench.pouring "$(url)" $(or $(scale),280k) $(if $(visits),visits=$(visits))

catalogues: setup-tests ## after changing words: gather them into translations/
	@$(PY) -m tools.gather_words

clean: ## forget the demo's database
	@rm -rf var
