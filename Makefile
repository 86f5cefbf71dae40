# `make test` sets everything up and passes the tests; `make review` sets everything up and reviews
# the fixture years, each compared with the one before. Each works alone, and first.

# A Python that durable-rules can be built for (3.11 or 3.12); say PYTHON=… to choose another.
PYTHON ?= $(shell for p in python3 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' >/dev/null 2>&1 && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
MEASURED := $(VENV)/.measured
OTHERS := .venv-others

CASES := fixtures/clusters
REVIEWS := out/review

.PHONY: setup review test lint bench clean

setup: $(READY)

$(READY): pyproject.toml requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "nic-rules needs Python 3.11 or 3.12; say PYTHON=/path/to/python" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(MEASURED): $(READY) requirements-bench.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@

# engines that have needs of their own, to measure against
$(OTHERS)/.ready: requirements-others.txt
	test -x $(OTHERS)/bin/python || $(PYTHON) -m venv $(OTHERS)
	$(OTHERS)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-others.txt
	@touch $@

review: $(READY)
	$(BIN)/nic-rules review --replace $(CASES)/2014.csv --as-of 2014-11-15 --out $(REVIEWS)-2014
	$(BIN)/nic-rules review --replace $(CASES)/2015.csv --as-of 2015-11-15 --out $(REVIEWS)-2015 --previous $(REVIEWS)-2014
	$(BIN)/nic-rules review --replace $(CASES)/2016.csv --as-of 2016-11-15 --out $(REVIEWS)-2016 --previous $(REVIEWS)-2015
	$(BIN)/nic-rules review --replace $(CASES)/2017.csv --as-of 2017-11-15 --out $(REVIEWS)-2017 --previous $(REVIEWS)-2016

test: $(READY) lint
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY) $(MEASURED) $(OTHERS)/.ready
	$(BIN)/python -m bench.one_case --write
	$(BIN)/python -m bench.explained --write
	$(BIN)/python -m bench.many --write
	$(BIN)/python -m bench.columns 1000000 10000000 --write
	$(BIN)/python -m bench.records
	$(BIN)/python -m bench.reviewing 1000000
	$(BIN)/python -m bench.cold_start --write
	$(BIN)/python -m bench.memory --write
	$(BIN)/python -m bench.editions
	$(BIN)/python -m bench.until
	$(BIN)/python -m bench.change
	$(BIN)/python -m bench.asking
	$(BIN)/python -m bench.drawn

clean:
	rm -rf $(VENV) $(OTHERS) out .mypy_cache .ruff_cache .pytest_cache .hypothesis
