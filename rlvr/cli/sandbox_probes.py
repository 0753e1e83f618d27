"""The probes of `rlvr doctor` for the tiers in which programs can run, the strongest first."""

from collections.abc import Callable

from rlvr.cli.probes import ABSENT, OK, Probe


def sandbox_probes() -> list[Callable[[], Probe]]:
    """Return one probe for each tier."""
    return [_docker, _bubblewrap, _process]


def _docker() -> Probe:
    from rlvr.sandbox.programs.docker_engine import Engine, EngineError
    from rlvr.sandbox.programs.docker_image import has_image
    from rlvr.sandbox.programs.errors import SandboxError

    name = "docker"
    try:
        engine = Engine()
        try:
            is_built = has_image(engine)
        finally:
            engine.close()
    except SandboxError as error:
        return Probe(name, ABSENT, error.problem, error.remedy)
    except EngineError as error:
        return Probe(name, ABSENT, str(error), "restart the engine")
    version, runtime, cgroup = (engine.info.get(key) for key in ("ServerVersion", "DefaultRuntime", "CgroupVersion"))
    detail = f"engine {version}, {runtime}, cgroup v{cgroup or 1}"
    if not is_built:
        return Probe(name, OK, f"{detail}, no image yet", "rlvr sandbox build (or it is built at first use)")
    return Probe(name, OK, f"{detail}, image built")


def _bubblewrap() -> Probe:
    from rlvr.sandbox.programs.bubblewrap import is_root, probe
    from rlvr.sandbox.programs.errors import SandboxError

    try:
        version = probe()
    except SandboxError as error:
        return Probe("bubblewrap", ABSENT, error.problem, error.remedy)
    return Probe("bubblewrap", OK, f"{version}, {'a user per job' if is_root() else 'one user for all jobs'}")


def _process() -> Probe:
    return Probe("process", ABSENT, "this tier does not exist yet", "use docker or bubblewrap")
