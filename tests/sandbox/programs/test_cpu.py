"""A slot's CPU: what is written to a container's cgroup of either version, and what the engine is asked instead."""

from pathlib import Path

import pytest

from rlvr.sandbox.programs import cpu
from rlvr.sandbox.programs.cpu import ContainerCpu

FILES = {
    "version 1": {"cpuacct/cpuacct.usage": "2500000000\n", "cpu/cpu.cfs_quota_us": "", "cpu/cpu.cfs_period_us": ""},
    "both": {
        "cpuacct/cpuacct.usage": "2500000000\n",
        "cpu/cpu.cfs_quota_us": "",
        "cpu/cpu.cfs_period_us": "",
        "cpu.stat": "usage_usec 1\n",
    },
    "version 2": ({"cpu.stat": "usage_usec 2500000\nuser_usec 1\n", "cpu.max": ""}),
}
SHARES = [(0.08, 8000, 100_000), (0.01, 1000, 100_000), (0.001, 1000, 100_000), (1.0, 20_000, 20_000)]


def made(version: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> ContainerCpu:
    """Return the CPU of a container whose cgroup is a folder."""
    for name, text in FILES[version].items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    names = {"": folder} if "cpu.stat" in FILES[version] else {}
    if version != "version 2":
        names |= {name: folder / name for name in ("cpu", "cpuacct")}
    monkeypatch.setattr(cpu, "_cgroups", lambda _pid, _name: names)
    return ContainerCpu(1, "name", 20_000, lambda _quota_us, _period_us: False)


@pytest.mark.parametrize("version", FILES)
def test_a_share_is_written(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = made(version, tmp_path, monkeypatch)
    assert seen.used_s() == 2.5
    assert seen.hold_after_s == 0
    for share, quota_us, period_us in SHARES:
        assert seen.limit(share)
        if version == "version 2":
            assert (tmp_path / "cpu.max").read_text() == f"{quota_us} {period_us}"
        else:
            written = [(tmp_path / f"cpu/cpu.cfs_{name}_us").read_text() for name in ("quota", "period")]
            assert written == [str(quota_us), str(period_us)]


def test_where_no_cgroup_is_seen_the_engine_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpu, "_cgroups", lambda _pid, _name: {})
    asked = []

    def ask(quota_us: int, period_us: int) -> bool:
        asked.append((quota_us, period_us))
        return len(asked) < 2

    seen = ContainerCpu(1, "name", 20_000, ask)
    assert seen.used_s() is None
    assert seen.limit(0.08)
    assert not seen.limit(1.0)
    assert asked == [(8000, 100_000), (20_000, 20_000)]
