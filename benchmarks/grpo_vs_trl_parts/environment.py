"""TRL's own virtual environment: the release that is compared with, beside our torch and transformers."""

import importlib.metadata
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from grpo_vs_trl_parts.worker import ROOT

TRL = "1.16.0"
_LISTED = ("trl", "torch", "transformers", "accelerate", "datasets", "vllm", "kernels")
_ASK = f"""
import importlib.metadata as m, json, platform
found = {{"python": platform.python_version()}}
for name in {_LISTED!r}:
    try: found[name] = m.version(name)
    except m.PackageNotFoundError: pass
print(json.dumps(found))
"""


def trl_python(given: Path | None, folder: Path, *, has_vllm: bool = False) -> Path:
    """Return the interpreter of TRL's environment; make the environment where none is given.

    The same torch and transformers as ours are installed, so that what differs is the trainers; and what our package
    itself needs, so that the reward of part (d) can be our taskset's own verification. Where TRL is to have vLLM, its
    extra chooses torch and transformers.
    """
    if given is not None:
        return given
    python = folder / "bin" / "python"
    if not python.exists():
        known = {name: importlib.metadata.version(name).partition("+")[0] for name in ("torch", "transformers")}
        wanted = [] if has_vllm else [f"{name}=={version}" for name, version in known.items()]
        ours = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet"]
        if wanted:
            subprocess.run([*install, wanted[0]], check=True)  # first, or a CUDA build may come with the rest
        subprocess.run([*install, *wanted, f"trl{'[vllm]' if has_vllm else ''}=={TRL}", *ours], check=True)
    return python


def versions(python: Path) -> dict[str, Any]:
    """Return the versions of what an environment has."""
    told = subprocess.run([str(python), "-c", _ASK], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(told.stdout)
    return found
