# The commands of the house. Windows, or no make? README.md lists the plain commands.
#
#   make tour                    install the base, the engraver and the film room, see it work: the first five minutes
#   make test                    install everything for development, then the whole review
#   make test-browser            open the page of scenes in space in a real browser without a screen
#   make check                   the whole review (ruff, mypy, pytest) without installing
#   make fix                     mend what can be mended by machine
#   make starters DATA=FOLDER    rebuild the packaged starters from the datasets in FOLDER
#   make bench [DATA=FOLDER]     run benchmarks/ and write BENCHMARKS.md; DATA as above

PYTHON ?= python3
VENV   ?= .venv
WORD   ?= rocket
OUT    ?= tour

# mypy, pytest and ruff are called through python -m: a moved folder breaks no shebang.
PY  = $(VENV)/bin/python
PIP = $(PY) -m pip install --quiet --disable-pip-version-check

.PHONY: tour test test-browser check fix starters bench clean base dev tools

tour: base
	$(PY) -m maquette tour "$(WORD)" --out "$(OUT)"

test: dev tools
	$(MAKE) check

test-browser: dev
	$(PIP) -e ".[viewer]"
	$(PY) -m pytest -m browser tests/browser

check:
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m pytest -n auto --dist worksteal

fix:
	$(PY) -m ruff check --fix .

starters: dev
	@test -n "$(DATA)" || { echo "say where the datasets are: make starters DATA=FOLDER"; exit 2; }
	$(PY) recipes/starters.py "$(DATA)"

bench: dev
	$(PY) benchmarks/all.py $(if $(DATA),--data "$(DATA)")

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache

# A stamp is the copy of the pyproject.toml it was installed from: nothing changed, nothing installed.
base: $(PY)
	@cmp -s pyproject.toml $(VENV)/base.stamp || cmp -s pyproject.toml $(VENV)/dev.stamp || \
	  { echo "installing Maquette into $(VENV)"; $(PIP) -e ".[music,film]" && cp pyproject.toml $(VENV)/base.stamp; }

# One command, so that the bound on torch holds for everything that asks for it.
dev: $(PY)
	@cmp -s pyproject.toml $(VENV)/dev.stamp || \
	  { echo "installing Maquette for development into $(VENV)"; \
	    $(PIP) -e ".[train,icons,dev]" && cp pyproject.toml $(VENV)/dev.stamp; }

# The rubric of C2PA is evaluated by a Node program: for development only, and its tests say so when it is missing.
tools:
	@if command -v npm >/dev/null 2>&1 && [ -f tests/tools/package.json ]; then \
	  cmp -s tests/tools/package.json tests/tools/node_modules/package.stamp || \
	  { (cd tests/tools && npm install --no-package-lock --no-audit --no-fund --silent) && \
	    cp tests/tools/package.json tests/tools/node_modules/package.stamp || \
	    echo "npm install failed: the tests of the rubric will be skipped"; } \
	else echo "no npm: the tests of the rubric will be skipped"; fi

$(PY):
	$(PYTHON) -m venv $(VENV)
