"""The probes of `rlvr doctor` for the tiers in which programs can run, the strongest first."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from rlvr.cli.probes import ABSENT, OK, Probe

if TYPE_CHECKING:
    from rlvr.sandbox.programs.docker_engine import Engine


def sandbox_probes() -> list[Callable[[], Probe]]:
    """Return one probe for each tier."""
    return [_docker, _bubblewrap, _process]


def _docker() -> Probe:
    from rlvr.sandbox.programs.docker_engine import Engine, EngineError
    from rlvr.sandbox.programs.errors import SandboxError

    name = "docker"
    try:
        engine = Engine()
        try:
            images = _images(engine)
        finally:
            engine.close()
    except SandboxError as error:
        return Probe(name, ABSENT, error.problem, error.remedy)
    except EngineError as error:
        return Probe(name, ABSENT, str(error), "restart the engine")
    version, runtime, cgroup = (engine.info.get(key) for key in ("ServerVersion", "DefaultRuntime", "CgroupVersion"))
    detail = f"engine {version}, {runtime}, cgroup v{cgroup or 1}, images: {', '.join(images) or 'none yet'}"
    return Probe(name, OK, detail, "" if images else "rlvr sandbox build (or it is built at first use)")


def _images(engine: "Engine") -> list[str]:
    """Return the languages whose images are built; one for which this host has no tools has none."""
    from rlvr.sandbox.programs.docker_image import has_image
    from rlvr.sandbox.programs.errors import SandboxError
    from rlvr.sandbox.programs.languages import LANGUAGES

    built = []
    for name, language in LANGUAGES.items():
        try:
            if all(has_image(engine, variant) for variant in language.variants):
                built.append(name)
        except SandboxError:
            continue
    return built


def _bubblewrap() -> Probe:
    from rlvr.sandbox.programs.bubblewrap import is_root, probe
    from rlvr.sandbox.programs.errors import SandboxError

    try:
        version = probe()
    except SandboxError as error:
        return Probe("bubblewrap", ABSENT, error.problem, error.remedy)
    return Probe("bubblewrap", OK, f"{version}, {'a user per job' if is_root() else 'one user for all jobs'}")


def _process() -> Probe:
    import os

    from rlvr.sandbox.programs.errors import SandboxError
    from rlvr.sandbox.programs.process_tier import probe

    try:
        return Probe("process", OK, f"{probe(os.getuid() == 0)}; weak, the last resort")
    except SandboxError as error:
        return Probe("process", ABSENT, error.problem, error.remedy)
