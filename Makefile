# Kapture's four doors: `make demo`, `make up`, `make test`, `make check`. Each does its own set-up.
# Needs Python 3.11 or newer and nothing else; no database server, no Node, no Docker.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo up test check bench messages lock-check clean

PYTHON ?= python3
KAPTURE_PORT ?= 8000
KAPTURE_SANDBOX_PORT ?= 8400
KAPTURE_VAR ?= $(CURDIR)/var
FRESH ?=
BUSY ?=
export KAPTURE_VAR

RUN := .venv/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check install --quiet

help:
	@echo "make demo     everything with demo data and a local X, on http://127.0.0.1:$(KAPTURE_PORT)  (FRESH=1 starts over)"
	@echo "make up       a real installation: web and worker"
	@echo "make test     all tests"
	@echo "make check    ruff, mypy, migrations, deployment checks"
	@echo "make messages gather the words to translate into locale/, and compile what is translated (needs GNU gettext)"
	@echo "make screenshots  the pictures of docs/tour.md, of a demo of its own"
	@echo "make bench    the benchmarks, each with a floor measured in the same run"

demo: .venv/installed
	@if [ -n "$(FRESH)" ]; then $(RUN) -m kapture.ports "$(KAPTURE_PORT)" "$(KAPTURE_SANDBOX_PORT)" && \
	  $(RUN) -m kapture.installation "$(KAPTURE_VAR)"; fi
	@exec $(RUN) manage.py up --demo --port "$(KAPTURE_PORT)" --sandbox-port "$(KAPTURE_SANDBOX_PORT)" \
	  $(if $(BUSY),--busy)

up: .venv/installed
	@exec $(RUN) manage.py up --port "$(KAPTURE_PORT)"

test: .venv/installed-dev
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do \
	  command -v $$name >/dev/null 2>&1 && exit 0; done; ls -d "$${PLAYWRIGHT_BROWSERS_PATH:-$$HOME/.cache/ms-playwright}"/chromium* \
	  >/dev/null 2>&1 || echo "No Chromium found, so the browser journeys are skipped. Get one: apt-get install chromium, or $(RUN) -m playwright install chromium"
	@PYTHONDONTWRITEBYTECODE= $(RUN) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/installed-dev
	$(RUN) -m ruff check .
	$(RUN) -m mypy .
	$(RUN) manage.py makemigrations --check --dry-run
	@PUBLIC_URL=https://desk.example.com ALLOWED_HOSTS=desk.example.com TRUST_PROXY=true \
	  $(RUN) manage.py check --deploy --fail-level WARNING

bench: .venv/installed-dev
	@exec $(RUN) -m bench.run $(ARGS)

messages: .venv/installed-dev
	$(RUN) manage.py makemessages --locale de --no-wrap --no-obsolete --add-location file \
	  --ignore "var/*" --ignore "tests/*" --ignore "bench/*" --ignore "docs/*" --ignore "twitter_integration/sandbox/*"
	$(RUN) manage.py compilemessages --verbosity 0 --ignore "var/*" --ignore ".venv/*"

screenshots: .venv/installed-dev
	@exec $(RUN) docs/screenshots.py

lock-check: .venv/installed-dev
	@$(RUN) -m pip --disable-pip-version-check freeze --exclude-editable | sort -f > .venv/frozen
	@sed -e 's/\[.*\]//' -e '/^#/d' -e '/^-r/d' -e '/^$$/d' requirements.txt requirements-dev.txt | sort -f | \
	  while read -r line; do grep -qixF "$$line" .venv/frozen || { echo "not what is installed: $$line"; exit 1; }; done

# The stamp keeps a copy of what was installed: an unchanged file with a new date (a fresh clone) costs nothing.
.venv/installed: requirements.txt
	@command -v $(PYTHON) >/dev/null 2>&1 || \
	  { echo "Kapture needs Python 3.11 or newer, and there is no $(PYTHON) on the PATH: install it, or name one with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Kapture needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name a newer one with PYTHON=…" >&2; exit 1; }
	@$(RUN) -c "import pip" 2>/dev/null || $(PYTHON) -m venv --clear .venv || \
	  { echo "The virtual environment could not be made: install the venv module of $(PYTHON) (Debian: apt-get install python3-venv)." >&2; rm -rf .venv; exit 1; }
	@cmp -s requirements.txt $@ || { echo "Installing what requirements.txt names …"; $(PIP) -r requirements.txt; }
	@cp requirements.txt $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	@cmp -s requirements-dev.txt $@ || { echo "Installing what the tests need …"; $(PIP) -r requirements-dev.txt; }
	@cp requirements-dev.txt $@

clean:
	rm -rf .venv
