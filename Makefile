# Everything a developer types. The virtual environment in .venv is made when it is missing and
# brought up to date when pyproject.toml or constraints.txt changed; nothing is installed elsewhere.

PYTHON ?= python3
DATA ?= ./data
HOST ?= 127.0.0.1
PORT ?= 8080
# Files of tests at a time, or folders (tests/conftest.py): two more than processors, for tests wait about half of the time, for the
# disk or for a process; at most eight, each with servers of its own.
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN); echo $$((n < 7 ? n + 2 : 8)))

# Python keeps what it compiled, where the machine's environment says otherwise too: a process that
# has to compile Footfall first starts a quarter of a second of processor time later.
export PYTHONDONTWRITEBYTECODE :=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
VERSIONS := --constraint constraints.txt --build-constraint constraints.txt
TO_RUN := .venv/.to-run
TO_DEVELOP := .venv/.to-develop
SOURCES := src tests tools

.PHONY: run web clients fuzz frames find bench bench-quick figures profile test test-long check static format-check lint types imports format reference constraints clean

run: $(TO_RUN) web
	@exec $(BIN)/footfall serve --data $(DATA) --host $(HOST) --port $(PORT)

test: $(TO_DEVELOP)
	@$(BIN)/pytest --numprocesses $(WORKERS) --no-loadscope-reorder

# The same tests with longer searches: more examples, more kills, and others each time.
test-long: $(TO_DEVELOP)
	@$(BIN)/pytest --numprocesses $(WORKERS) --no-loadscope-reorder \
		--hypothesis-profile=long --rounds=250 --rounds-seed=$$(date +%s)

# The web interface, from web/ into the package, where its sources changed since.
web: $(TO_RUN)
	@$(BIN)/python -m tools.build_web

# Brevo's official clients, which the tests call; the tests install them too where they are missing.
clients: $(TO_DEVELOP)
	@$(BIN)/python -m tools.official_clients

# Call every operation of the OpenAPI document with what nobody would send, for about half an hour.
fuzz: $(TO_DEVELOP)
	@FUZZ_EXAMPLES=300 FUZZ_SEED=$$(date +%s) $(BIN)/pytest tests/fuzz

# How the live page's frames come while 10,000 events a second do, for ten seconds.
frames: $(TO_DEVELOP) web
	@FLOOD_SECONDS=10 MAX_FRAME=50 $(BIN)/pytest --quiet --capture=no tests/web/test_live_page.py -k flood

# How long it takes on the screen to find an event by each of its values, in the directory DATA.
find: $(TO_DEVELOP) web
	@FIND_DATA=$(abspath $(DATA)) FIND_TRIES=5 FIND_SECONDS=1 $(BIN)/pytest --quiet --capture=no tests/web/test_finding.py

# Needs wrk, nginx and, for one comparison, postgresql. Prints the tables and writes them as JSON.
bench: $(TO_DEVELOP)
	@$(BIN)/footfall bench --output build/bench.json

# The same in less than two minutes, for every change: it records figures and judges none.
bench-quick: $(TO_DEVELOP)
	@$(BIN)/footfall bench --quick --output build/bench-quick.json

# Write the figures of the last `make bench` into the README.
figures: $(TO_RUN)
	@$(BIN)/python -m tools.figures

# Sample a loaded server and write where its processor time goes into docs/concepts/performance.md.
# Needs the right to trace processes, which root has.
profile: $(TO_DEVELOP)
	@$(BIN)/python -m tools.profiling

check: static test

# Format, lint, types and import directions; the documentation is checked by the tests.
static: format-check lint types imports

format-check: $(TO_DEVELOP)
	@$(BIN)/ruff format --check $(SOURCES)

lint: $(TO_DEVELOP)
	@$(BIN)/ruff check $(SOURCES)

types: $(TO_DEVELOP)
	@$(BIN)/mypy

imports: $(TO_DEVELOP)
	@$(BIN)/lint-imports

format: $(TO_DEVELOP)
	@$(BIN)/ruff format $(SOURCES)
	@$(BIN)/ruff check --fix $(SOURCES)

# Write the reference pages anew from the tables in the code.
reference: $(TO_DEVELOP)
	@$(BIN)/python -m tools.reference

# Pin the newest versions that the ranges in pyproject.toml allow.
constraints:
	@sh tools/pin-versions.sh "$(PYTHON)"

clean:
	rm -rf .venv build dist src/footfall/web web/build web/node_modules tests/sdk/clients/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests tools -name __pycache__ -prune -exec rm -rf {} +

$(TO_RUN): pyproject.toml constraints.txt
	@sh tools/make-venv.sh "$(PYTHON)"
	@echo "Installing what Footfall needs into .venv ..."
	@$(PIP) install $(VERSIONS) --editable .
	@touch $@

$(TO_DEVELOP): $(TO_RUN)
	@echo "Installing what the checks need into .venv ..."
	@$(PIP) install $(VERSIONS) --group dev
	@touch $@
