# Every command of this house. `make` alone lists them.

VENV := .venv
PY := $(VENV)/bin/python
FLASK := $(VENV)/bin/flask --app wsgi
UV_VERSION := 0.13.9
# Tests run in so many processes.
WORKERS ?= 2
# More for pytest, such as ARGS='-k letters -x'.
ARGS ?=

# The first Python of this machine that is new enough.
PYTHON ?= $(shell for it in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$it -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$it && break; done)
# A Node of 20 or newer on this machine; without one it comes as a package.
NODE := $(shell node -e 'process.exit(process.versions.node.split(".")[0] < 20)' 2>/dev/null && command -v npm)

LOCKS := requirements requirements-build requirements-node requirements-dev
STATIC := $(shell find static -type f -not -path 'static/dist/*' -not -path 'static/fonts/*' 2>/dev/null)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/messages.po))

.PHONY: help run serve test check lint stories build migrate translate lock bench screenshots clean
.DEFAULT_GOAL := help

help: ## list these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

run: export TREFPUNT_DEMO = 1
run: build ## open the demonstration on port 8000; everything it needs is installed first
	@$(PY) -m tools.open_demo
	@exec $(PY) serve.py

serve: build migrate ## open an association's own installation (docs/install.md)
	@exec $(PY) serve.py

test: $(VENV)/.dev build ## run all tests, on SQLite and PostgreSQL, and the stories in a browser
	@$(PY) -m pytest -q -n $(WORKERS) $(ARGS)

check: lint stories ## what must be right before a change is offered: style, types, arrows, words, stories

lint: $(VENV)/.dev build
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PY) -m tools.sentences check

stories: $(VENV)/.dev build
	@$(PY) -m pytest -q -n $(WORKERS) --dist loadfile -m browser

build: static/dist/manifest.json $(CATALOGUES) ## make static/dist and the compiled sentences, where something changed

migrate: $(VENV)/.run ## bring the database's tables up to this version
	@$(FLASK) migrate

translate: $(VENV)/.run ## gather the sentences of the source into translations/, and compile them
	@$(VENV)/bin/pybabel -q extract -F babel.cfg -k _l -k lazy_gettext --add-location file --sort-by-file -w 120 \
		-o $(VENV)/messages.pot .
	@$(VENV)/bin/pybabel -q update -i $(VENV)/messages.pot -d translations -w 120 \
		--ignore-obsolete --no-fuzzy-matching --ignore-pot-creation-date
	@$(MAKE) --no-print-directory build

lock: $(VENV)/.made ## write the locks again, with the newest versions that fit
	for it in $(LOCKS); do $(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --no-annotate --no-header \
		--generate-hashes --upgrade $$it.in -o $$it.txt || exit 1; done

bench: $(VENV)/.dev build ## measure what pages cost, beside their floor (docs/performance.md); more with ARGS
	@$(PY) -m bench.measure $(ARGS)

screenshots: $(VENV)/.dev build ## make the pictures of the README again
	@$(PY) -m tools.screenshots

clean: ## throw away what was installed and built; the data in instance/ stays
	rm -rf $(VENV) node_modules static/dist translations/*/LC_MESSAGES/*.mo .mypy_cache .ruff_cache .pytest_cache

# ---- what the commands above stand on: each step is done again only when what it was made from has changed ----

# $(call install,-r locks): with uv, or else with pip, which takes longer.
install = $(VENV)/bin/uv pip install -q --python $(PY) --require-hashes $(1) 2>$(VENV)/.uv || \
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes $(1)

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "Trefpunt needs Python 3.11 or newer."; exit 1; }
	@test -x $(PY) || { echo "Making $(VENV) ..."; $(PYTHON) -m venv $(VENV); } || \
		{ echo "This Python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PY) -m pip install -q --disable-pip-version-check uv==$(UV_VERSION) || echo "No uv to be had: pip does it, slower."
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements.txt requirements-build.txt $(if $(NODE),,requirements-node.txt)
	@echo "Installing what Trefpunt stands on ..."
	@$(call install,-r requirements.txt -r requirements-build.txt $(if $(NODE),,-r requirements-node.txt))
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	@echo "Installing what the tests need ..."
	@$(call install,-r requirements.txt -r requirements-build.txt -r requirements-dev.txt)
	@touch $@

static/dist/manifest.json: $(VENV)/.run package-lock.json $(wildcard tools/*.py tools/*.mjs) $(STATIC)
	@echo "Building static/dist ..."
	@$(PY) -m tools.build_static --install
	@touch $@

%.mo: %.po $(VENV)/.run
	@$(VENV)/bin/pybabel -q compile -i $< -o $@
