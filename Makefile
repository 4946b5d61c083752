# Two commands for a newcomer: `make run` and `make test`. Everything else builds on the same .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOME_DIR ?= home
export DAGSTER_DISABLE_TELEMETRY := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1

.PHONY: run test test-slow test-campaigns test-mutations test-faults lint dev bench bench-national bench-country docs lock bundle audit superset-env superset spark-env test-spark setup setup-dev clean

run: $(VENV)/.runtime
	@test -f $(HOME_DIR)/opora.yaml || $(BIN)/opora demo $(HOME_DIR)
	$(BIN)/opora run --home $(HOME_DIR)

test: $(VENV)/.dev
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 20 --durations-min 5

test-slow: $(VENV)/.dev
	$(BIN)/pytest -m "slow and not campaign" -n 2 --dist loadfile --no-loadscope-reorder --durations 20 --durations-min 5

# A sample of mutations and a sample of faults: longer than CI has time for.
test-campaigns: $(VENV)/.dev
	$(BIN)/pytest -m campaign -n 2 --dist loadfile --no-loadscope-reorder --durations 20 --durations-min 5

# One cell of every table and kind of column corrupted in turn: does the gate see it? Writes docs/gate-mutations.md.
test-mutations: $(VENV)/.dev
	$(BIN)/python -m bench.gate_mutations

# Kills, a full disk, a read-only home, readers, two runs at once, a jumping clock: an hour, or MINUTES=… of it.
MINUTES ?= 60
test-faults: $(VENV)/.dev
	$(BIN)/python -m tests.faults.campaign --minutes $(MINUTES)
	$(BIN)/python -m tests.faults.campaign --demo 10 --minutes $(MINUTES)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy opora ingestion dbt_project analysis disclosure reporting quality publication orchestration demo deployment
	$(BIN)/lint-imports
	cd dbt_project && ../$(BIN)/sqlfluff lint models --processes 2

dev: $(VENV)/.runtime
	@test -f $(HOME_DIR)/opora.yaml || $(BIN)/opora demo $(HOME_DIR)
	OPORA_HOME=$(abspath $(HOME_DIR)) DAGSTER_HOME=$(abspath $(HOME_DIR))/dagster $(BIN)/dagster dev -m orchestration.definitions

bench: $(VENV)/.dev
	$(BIN)/python -m bench.calibration
	$(BIN)/python -m bench.ingestion
	$(BIN)/python -m bench.disclosure

# The whole country: `make bench-national SCALE=1` needs 10 GB of disk; load and findings stay in NATIONAL_HOME.
SCALE ?= 0.01
NATIONAL_HOME ?= national-home
bench-national: $(VENV)/.dev
	$(BIN)/python -m bench.national --scale $(SCALE) --home $(NATIONAL_HOME)

# The page of the country anew: one after another, the load at three scales. Half an hour of two cores and 15 GB of disk.
COUNTRY := $(BIN)/python -m bench.national --home $(NATIONAL_HOME)
bench-country: $(VENV)/.dev
	OPORA_MEMORY_LIMIT=3300MB OPORA_MODELS_AT_ONCE=1 \
		$(COUNTRY)/1 --scale 1 --steps floor figures profile release --until analysis --page $(NATIONAL_HOME)/1/page.md
	$(COUNTRY)/0.1 --scale 0.1 --steps floor figures release --page $(NATIONAL_HOME)/0.1/page.md
	$(COUNTRY)/0.01 --scale 0.01 --beside $(NATIONAL_HOME)/0.1 $(NATIONAL_HOME)/1

# Types and titles that follow from the contracts: written anew, then a test compares them with what is committed.
docs: $(VENV)/.dev
	$(BIN)/python -m dbt_project.build.lake_schema

# The runtime is enough for `make run`; tests and linters come on top.
setup: $(VENV)/.runtime
setup-dev: $(VENV)/.dev

$(VENV)/bin/uv: requirements-bootstrap.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock

$(VENV)/.runtime: $(VENV)/bin/uv requirements.lock pyproject.toml
	test -f $(VENV)/.dev || VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements.lock
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode --no-deps --no-build-isolation --editable .
	$(BIN)/python -m dbt_project.build.describe
	touch $@

$(VENV)/.dev: $(VENV)/bin/uv requirements-dev.lock pyproject.toml
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements-dev.lock
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode --no-deps --no-build-isolation --editable .
	touch $(VENV)/.runtime $@

# Writes the locks anew: hashes, no address of any registry.
lock: $(VENV)/bin/uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header pyproject.toml --group dev -o requirements-dev.lock
	grep -E '^[a-zA-Z0-9].*==' requirements-dev.lock | sed 's/ \\$$//' > $(VENV)/constraints.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header -c $(VENV)/constraints.txt pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header requirements-superset.in -o requirements-superset.lock

	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header -c $(VENV)/constraints.txt pyproject.toml --group spark -o requirements-spark.lock

# One tar for a machine without any network: dist/opora-….tar, installed by the install.sh in it.
bundle: $(VENV)/.runtime
	$(BIN)/python -m deployment.bundle

# Apache Superset in an environment of its own, with the dashboards of deployment/superset/assets over HOME_DIR.
superset-env: .venv-superset/.ready
superset: $(VENV)/.runtime .venv-superset/.ready
	$(BIN)/python -m deployment.superset $(HOME_DIR)

.venv-superset/.ready: $(VENV)/bin/uv requirements-superset.lock
	$(PYTHON) -m venv .venv-superset
	VIRTUAL_ENV=.venv-superset $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements-superset.lock
	touch $@

# The same models on Apache Spark, in an environment of its own (Java 17); the demo on both engines, row for row.
spark-env: .venv-spark/.ready
test-spark: .venv-spark/.ready
	.venv-spark/bin/pytest -m spark -p no:cacheprovider tests/spark

.venv-spark/.ready: $(VENV)/bin/uv requirements-spark.lock pyproject.toml
	$(PYTHON) -m venv .venv-spark
	VIRTUAL_ENV=.venv-spark $(BIN)/uv pip install --quiet --require-hashes -r requirements-bootstrap.lock
	VIRTUAL_ENV=.venv-spark $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements-spark.lock
	VIRTUAL_ENV=.venv-spark $(BIN)/uv pip install --quiet --compile-bytecode --no-deps --no-build-isolation --editable .
	touch $@

# Exit 1: known vulnerabilities in what the lock names. Exit 3: not audited, no advisory database in reach.
audit: $(VENV)/.dev
	$(BIN)/python -m deployment.audit

clean:
	rm -rf $(HOME_DIR) $(HOME_DIR)-vault dbt_project/target dbt_project/logs
