# Every target runs the same code on every machine: see shop/embedded/ and docs/running.md.
.DEFAULT_GOAL := help
.PHONY: help run test test-faults lint bench bench-catalogue bench-forecast bench-stock check-data shell manage psql backup restore screenshots messages lock clean require-python require-port install install-dev

# The first Python on the PATH that is new enough; empty when there is none.
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
RUN := exec $(VENV)/bin/python -m shop.embedded

help: ## list the targets (what `make` alone does)
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1@\2/p' $(MAKEFILE_LIST) | awk -F@ '{ printf "%-22s %s\n", $$1, $$2 }'

run: require-port install ## install, start everything, load the demo shop (PORT, HOST, DATABASE_URL, REDIS_URL, SECRET_KEY)
	@$(RUN) run

test: install-dev ## every check and every quick test (ARGS="..." goes to pytest)
	@$(RUN) test $(ARGS)

test-faults: install-dev ## the long tests that kill servers and processes
	@$(RUN) test-faults $(ARGS)

lint: install-dev ## format, lint, templates, import contracts, dependencies and types only
	@$(RUN) lint

bench-catalogue: install-dev ## build a million products and measure category and search pages (5 GB)
	@$(RUN) bench-catalogue $(ARGS)

bench: install-dev ## load a big catalogue and measure pages, API and checkouts against a bare view
	@$(RUN) bench $(ARGS)

bench-stock: install-dev ## measure reservations against a bare UPDATE, then a minute of everything at once
	@$(RUN) bench-stock $(ARGS)

bench-forecast: install-dev ## try forecasts and ordering on the past in FILE=lines.csv.gz
	@$(VENV)/bin/python manage.py bench_forecast "$(FILE)" $(ARGS)

check-data: install-dev ## take every product file of DATA=folder into an empty shop and out again
	@$(RUN) check-data "$(DATA)" $(ARGS)

shell: install ## Django's shell against the embedded servers
	@$(RUN) shell

manage: install ## a command of manage.py against the embedded servers: ARGS="create_api_key ..."
	@$(RUN) manage $(ARGS)

psql: install ## psql on the shop's database
	@$(RUN) psql

backup: install ## write the embedded database into FILE=shop.dump
	@$(RUN) backup "$(FILE)"

restore: install ## replace the embedded database by FILE=shop.dump
	@$(RUN) restore "$(FILE)"

screenshots: install-dev ## take the pictures of the README, of the shop that runs now
	@$(RUN) screenshots

messages: install-dev ## collect the texts to translate into the .po file
	@$(VENV)/bin/python manage.py extract_messages

LOCK := $(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-annotate
lock: install-dev ## lock the dependencies of pyproject.toml anew, with hashes
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) --group dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean: ## remove .venv and caches; asks before it removes the data (FORCE=1 does not ask)
	@$(if $(PYTHON),$(PYTHON),python3) -m shop.embedded clean

require-python:
	@test -n "$(PYTHON)" || { echo "error: Python 3.11 or newer is needed; put one on the PATH as python3." >&2; exit 1; }

# Told before the minutes of the first installation, not after them.
require-port: require-python
	@test -e $(VENV) || $(PYTHON) -m shop.embedded check-port

install: require-python
	@$(PYTHON) shop/embedded/install.py runtime

install-dev: require-python
	@$(PYTHON) shop/embedded/install.py dev
