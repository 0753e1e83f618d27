"""What a job used: a cgroup's files of both versions as kernels write them, and folders walked."""

import os
import time
import types
from pathlib import Path

import pytest

from rlvr.sandbox.programs.inside import disk, places
from rlvr.sandbox.programs.inside import watch as watch_module
from rlvr.sandbox.programs.inside.gauges import CgroupGauge, best_gauge
from rlvr.sandbox.programs.inside.proc_gauge import ProcGauge
from rlvr.sandbox.programs.inside.waiting import Waiting
from rlvr.sandbox.programs.inside.watch import Clock, Watch

VERSION_1 = {
    "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill {kills}\n",
    "cpuacct/cpuacct.usage": "{cpu_us}000\n",
    "memory/memory.max_usage_in_bytes": "{peak}\n",
}
VERSION_2 = {
    "memory.events": "low 0\nhigh 0\nmax 152\noom {kills}\noom_kill {kills}\noom_group_kill 0\n",
    "cpu.stat": (
        "usage_usec {cpu_us}\nuser_usec 1021338\nsystem_usec 213229\nnice_usec 0\ncore_sched.force_idle_usec 0\n"
        "nr_periods 61\nnr_throttled 3\nthrottled_usec 11843\nnr_bursts 0\nburst_usec 0\n"
    ),
    "memory.peak": "{peak}\n",
}


def record(folder: Path, files: dict[str, str], kills: int, cpu_us: int, peak: int) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            path.write_text("")
        with path.open("r+") as file:  # the same file: the gauge keeps it open
            file.write(text.format(kills=kills, cpu_us=cpu_us, peak=peak))
            file.truncate()


@pytest.mark.parametrize("files", [VERSION_1, VERSION_2], ids=["version 1", "version 2"])
def test_a_cgroup_is_read(files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CgroupGauge, "_ROOT", str(tmp_path))
    record(tmp_path, files, kills=7, cpu_us=1_234_567, peak=20 << 20)
    gauge = best_gauge(1)
    assert isinstance(gauge, CgroupGauge)
    assert (gauge.cpu_s(), gauge.excess({}), gauge.peak_mb()) == (0.0, "", 0.0)
    record(tmp_path, files, kills=7, cpu_us=1_734_567, peak=30 << 20)
    assert (gauge.cpu_s(), gauge.excess({}), gauge.peak_mb()) == (0.5, "", 30.0)
    record(tmp_path, files, kills=8, cpu_us=1_734_567, peak=30 << 20)
    assert gauge.excess({}) == "memory"
    gauge.begin()
    assert (gauge.cpu_s(), gauge.excess({}), gauge.peak_mb()) == (0.0, "", 0.0)


@pytest.mark.parametrize(
    ("files", "full", "low"),
    [
        (
            VERSION_1,
            {"cpu/cpu.cfs_quota_us": "20000", "cpu/cpu.cfs_period_us": "20000"},
            {"cpu/cpu.cfs_quota_us": "25000", "cpu/cpu.cfs_period_us": "100000"},
        ),
        (VERSION_2, {"cpu.max": "20000 20000"}, {"cpu.max": "25000 100000"}),
    ],
    ids=["version 1", "version 2"],
)
def test_the_time_for_which_a_job_is_held_back_is_counted(
    files: dict[str, str], full: dict[str, str], low: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CgroupGauge, "_ROOT", str(tmp_path))
    record(tmp_path, files, 0, 0, 0)
    record(tmp_path, full, 0, 0, 0)
    gauge = CgroupGauge(1)
    gauge.look(1.0)
    assert gauge.held_s == 0
    record(tmp_path, low, 0, 0, 0)
    gauge.look(0.5)
    gauge.look(0.5)
    assert gauge.held_s == 0.75
    record(tmp_path, full, 0, 0, 0)
    gauge.look(0.5)  # let go some time since
    gauge.look(0.5)
    assert gauge.held_s == 1.125
    gauge.begin()
    assert gauge.held_s == 0


def test_a_job_gets_the_time_that_it_was_held_back_besides_that_in_which_it_waited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch_module, "waited_s", lambda _pid: 4.0)
    watch = object.__new__(Watch)
    watch.killed, watch._pid, watch._limits, watch._clock = "", 1, {"wall_s": 1.0}, Clock(1.0)
    watch._gauge = types.SimpleNamespace(held_s=3.0, cpu_s=lambda: 0.0)  # type: ignore[assignment]
    watch._waiting = Waiting(list)
    now = time.monotonic()
    watch._at_deadline(now)
    assert 7.9 < watch._deadline - now < 8.1


def test_a_cgroup_without_a_quota_is_never_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CgroupGauge, "_ROOT", str(tmp_path))
    record(tmp_path, VERSION_2 | {"cpu.max": "max 100000"}, 0, 0, 0)
    gauge = CgroupGauge(1)
    gauge.look(1.0)
    assert gauge.held_s == 0


def test_a_cgroup_without_a_peak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CgroupGauge, "_ROOT", str(tmp_path))
    record(tmp_path, {name: text for name, text in VERSION_2.items() if name != "memory.peak"}, 0, 5, 0)
    assert CgroupGauge(1).peak_mb() == 0.0


@pytest.mark.parametrize("files", [{}, {"cpu.stat": VERSION_2["cpu.stat"]}], ids=["none", "the root of version 2"])
def test_without_a_cgroup_of_its_own_a_slot_looks_at_proc(
    files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CgroupGauge, "_ROOT", str(tmp_path))
    monkeypatch.setattr(places, "WORK", str(tmp_path))
    record(tmp_path, files, 0, 5, 0)
    assert isinstance(best_gauge(os.getpid()), ProcGauge)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A slot's writable places."""
    tops = [tmp_path / name for name in ("work", "tmp")]
    for top in tops:
        top.mkdir()
    monkeypatch.setattr(places, "WRITABLE", tuple(map(str, tops)))
    monkeypatch.setattr(places, "FOLDER", str(tmp_path))
    return tmp_path


def test_folders_are_walked(folders: Path) -> None:
    assert disk.Folders().used() == (0.0, 0)
    empty = disk.state()
    (folders / "work/a/b").mkdir(parents=True)
    (folders / "work/a/b/big").write_bytes(os.urandom(3 << 20))
    os.link(folders / "work/a/b/big", folders / "tmp/same")
    (folders / "tmp/out").symlink_to("/usr")
    size_mb, inodes = disk.Folders().used()
    assert 3.0 <= size_mb < 3.1
    assert inodes == 5  # two names of one file
    assert disk.state() != empty


def test_a_walk_rests_after_it(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([100.0, 101.0, 110.9, 111.1, 111.2])
    monkeypatch.setattr(disk, "time", types.SimpleNamespace(monotonic=lambda: next(seconds)))
    walked = disk.Folders()
    assert walked.used() == (0.0, 0)
    (folders / "work/new").mkdir()
    assert walked.used() == (0.0, 0)
    assert walked.used()[1] == 1


def test_folders_that_cannot_be_followed_count_as_full(folders: Path) -> None:
    fd = os.open(folders / "work", os.O_RDONLY)
    for _ in range(500):
        os.mkdir("d" * 100, dir_fd=fd)
        above, fd = fd, os.open("d" * 100, os.O_RDONLY, dir_fd=fd)
        os.close(above)
    os.close(fd)
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    assert disk.Folders().used()[1] > disk.MAX_INODES
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
