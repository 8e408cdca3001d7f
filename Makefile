# One recipe per task. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help demo test check bench setup assets messages browser lock clean

BIN := .venv/bin
DATA ?=
PORT ?= 8000
export UV_PYTHON_DOWNLOADS ?= never

help: ## what you can ask for
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 12

demo: .venv/run assets messages ## the example project in your browser (DATA=path: on your own OCDS data)
	@$(BIN)/minga demo --serve --port $(PORT) $(if $(DATA),--data "$(DATA)")

test: setup browser ## all tests, browser tests included
	$(BIN)/pytest -n 2 --dist loadgroup

check: setup ## lint, types, rooms, translations, migrations
	@scripts/install-gettext
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/messages.py check
	$(BIN)/minga django makemigrations --check --dry-run

bench: setup ## speed: ours and others' side by side, in CPU seconds
	@missed=0; for each in bench/*.py; do echo; echo "== $$each"; $(BIN)/python $$each || missed=1; done; exit $$missed

setup: .venv/dev assets messages ## everything that tests and checks need

assets: src/minga/web/static/web/minga.css ## styles, fonts and scripts from npm

messages: .venv/run ## compile the translations
	@$(BIN)/python scripts/messages.py compile

browser: .venv/dev
	@scripts/install-browser

lock: .venv/dev ## renew the hashed requirement files after a change of pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra postgres --group build $(LOCK) -o requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml --extra postgres --group dev $(LOCK) -o requirements/dev.txt

LOCK := -q --python-version 3.12 --universal --generate-hashes --no-emit-index-url --no-header

clean: ## remove everything that was built (the database in var/ stays)
	rm -rf .venv node_modules src/minga/web/static/web build dist

.venv/made:
	@python=$$(scripts/find-python) || exit 1; echo "Using $$python"; $$python -m venv .venv
	@$(BIN)/pip install -q --require-hashes -r requirements/uv.txt
	@touch $@

.venv/run: .venv/made requirements/run.txt pyproject.toml
	@[ -e .venv/dev ] || $(BIN)/uv pip sync -q --require-hashes requirements/uv.txt requirements/run.txt
	@$(BIN)/uv pip install -q --no-deps -e .
	@touch $@

.venv/dev: .venv/made requirements/dev.txt pyproject.toml
	@$(BIN)/uv pip sync -q --require-hashes requirements/uv.txt requirements/dev.txt
	@$(BIN)/uv pip install -q --no-deps -e .
	@touch $@ .venv/run

src/minga/web/static/web/minga.css: package.json package-lock.json $(shell find src/minga/web/scss src/minga/web/js src/minga/web/build.js -type f 2>/dev/null)
	@command -v npm >/dev/null || { echo "npm is missing: it brings styles and fonts. Install Node.js 20 or newer."; exit 1; }
	@npm ci --silent --ignore-scripts
	@npm run --silent build
	@touch $@
