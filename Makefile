# Everything goes through .venv, which the first target that needs it makes. `make help` explains the targets.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help run test lint bench envtest kubectl images conformance kind kind-up kind-down kind-node-image kind-node-root lock clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(READY)  ## Set up .venv, then rehearse all scenarios on the embedded cluster
	@$(BIN)/harness run --cluster embedded

test: $(READY)  ## Pass the tests: unit, property and contract tests, the scenarios by way of pytest, the example
	@$(BIN)/pytest -n 2 --cluster embedded tests harness --ignore tests/conformance --ignore tests/clients --ignore tests/deployment/kind
	@$(BIN)/pytest -q examples --operator examples/access/operator.py --crds examples/access/crds

lint: $(READY)  ## ruff, mypy --strict, and the layers (import-linter)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

bench: $(READY)  ## Measure the embedded server and the controllers; compares with benchmarks/baseline.json
	@$(BIN)/python -m benchmarks

envtest: $(READY)  ## Build kube-apiserver, kube-controller-manager and etcd with Go, once: minutes, 4 GB
	@$(BIN)/python -m harness.clusters.envtest.build

kubectl: $(READY)  ## Build kubectl with Go, once: the one that the tests of clients prefer
	@$(BIN)/python -m harness.clusters.envtest.build kubectl

images: $(READY)  ## Build the image that deploy/ runs, with Docker; nothing is fetched that is at hand
	@$(BIN)/python -m harness.deployment.image

conformance: $(READY)  ## Compare the embedded server with a real one: behaviours, random ones, clients (after make envtest)
	@$(BIN)/python -m tests.conformance.table
	@$(BIN)/pytest -q -n 2 tests/conformance tests/clients

kind-up: $(READY)  ## Bring a kind cluster up; `pytest harness/` uses it from then on
	@$(BIN)/harness cluster up kind

kind-down: $(READY)  ## Remove it, and go back to the embedded one
	@$(BIN)/harness cluster down kind

kind: $(READY)  ## Build the pinned kind with Go, for machines that have none: a minute
	@$(BIN)/python -m harness.clusters.kind.program

kind-node-image: $(READY)  ## Make a node image for kind out of Go modules and Debian packages, where no image registry can be reached: minutes
	@$(BIN)/python -m harness.clusters.kind.image

kind-node-root: $(READY)  ## Its first part, as root: sudo -E make kind-node-root (kind-node-image says when it is needed)
	@$(BIN)/python -m harness.clusters.kind.image.debian

lock: $(READY)  ## Pin again: requirements/*.txt from pyproject.toml
	@$(BIN)/uv pip compile -q pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -o requirements/dev.txt
	@$(BIN)/uv pip compile -q deploy/requirements.in -c requirements/dev.txt --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -o deploy/requirements.txt
	@echo "uv==$$($(BIN)/uv --version | cut -d' ' -f2)" | $(BIN)/uv pip compile -q - --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -o requirements/uv.txt

clean:  ## Remove .venv and all caches
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info build

# uv installs the hashed lock in seconds from a warm cache; where it cannot reach the index, pip does the same, slower.
$(READY): requirements/dev.txt requirements/uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "needs Python 3.11 or newer as python3; name another with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "needs Python's venv module (on Debian and Ubuntu: apt-get install python3-venv)" >&2; exit 2; }
	@echo "setting up $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q --require-hashes -r requirements/uv.txt
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install -q --compile-bytecode --require-hashes -r requirements/dev.txt || \
	  $(BIN)/pip install -q --no-compile --require-hashes -r requirements/dev.txt
	@$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@
