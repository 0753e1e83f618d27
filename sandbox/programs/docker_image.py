"""The images that slots are made from: Python and the agent, nothing else that a program could use against us.

An image's tag is a hash of what it is made from, so a new version of the agent is a new image. That for Python is built
from the official slim image, pinned by digest, where a registry can be reached, and from this host's own Python where
none can. Those for other languages are made of this host's own tools everywhere, as bubblewrap's file system is.
"""

import contextlib
import functools
import hashlib
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from rlvr.sandbox.programs.docker_engine import Engine, EngineError
from rlvr.sandbox.programs.errors import SandboxError
from rlvr.sandbox.programs.host_tree import cached_tree, copy_agent, tree_key
from rlvr.sandbox.programs.inside import places
from rlvr.sandbox.programs.notices import notice
from rlvr.sandbox.programs.variants import Variant

REPOSITORY: Final = "rlvr-slot"
BASE: Final = "python:3.12-slim@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea"

_LABEL: Final = "rlvr.image"
_PULL_S: Final = 300.0
_ANSWER_S: Final = 15.0
_BUILD_S: Final = 300.0
_CALL_S: Final = 20.0

# pip goes, and so do the setuid bits, which no_new_privs makes useless already.
_DOCKERFILE: Final = f"""\
COPY agent /
RUN set -e; library=$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))'); \\
    rm -rf $library/site-packages/* $library/ensurepip /usr/local/bin/pip*; \\
    [ -e /usr/bin/python3 ] || ln -s $(command -v python3) /usr/bin/python3; \\
    python3 -m compileall -q $library >/dev/null || true; python3 -m compileall -q {places.CODE}; \\
    find / -xdev -perm /6000 -type f -exec chmod a-s {{}} +; mkdir -p /work /job; chmod 1777 /work /tmp
"""


@functools.cache
def image_tag(variant: Variant = Variant.PYTHON) -> str:
    """Return the name of the image that this version uses for a variant.

    Raises:
        SandboxError: it is made of this host's tools, and these are not installed.
    """
    base = BASE + _DOCKERFILE if variant is Variant.PYTHON else variant
    return f"{REPOSITORY}:{hashlib.blake2b((base + tree_key(variant)).encode(), digest_size=8).hexdigest()}"


def has_image(engine: Engine, variant: Variant = Variant.PYTHON) -> bool:
    """Whether the engine has a variant's image.

    Raises:
        EngineError: the engine does not answer.
        SandboxError: the host's tools for it are not installed.
    """
    return bool(engine.call(engine.api.images, _CALL_S, name=image_tag(variant)))


def build_image(engine: Engine, variant: Variant = Variant.PYTHON) -> str:
    """Build a variant's image, saying so and from what, and return its tag.

    Raises:
        SandboxError: it cannot be built.
    """
    tag = image_tag(variant)
    try:
        base = variant is Variant.PYTHON and _pulled(engine)
        origin = BASE if base else f"this host's own {variant.made_of}"
        notice(f"building the image {tag} from {origin}")
        with tempfile.TemporaryDirectory(prefix="rlvr-image-") as folder:
            if base:
                _build(engine, Path(folder), tag)
            else:
                _import(engine, cached_tree(variant), Path(folder), tag)
    except (EngineError, OSError) as error:
        raise SandboxError(f"the image {tag} cannot be built: {error}") from error
    return tag


def remove_images(engine: Engine) -> list[str]:
    """Remove the images of other versions; return their names. One that is in use stays.

    Raises:
        EngineError: the engine does not answer.
    """
    removed, kept = [], set(_tags())
    images: list[dict[str, Any]] = engine.call(engine.api.images, _CALL_S, filters={"label": _LABEL})
    for tag in (tag for image in images for tag in image.get("RepoTags") or ()):
        if tag.startswith(f"{REPOSITORY}:") and tag not in kept:
            try:
                engine.call(engine.api.remove_image, _CALL_S, tag)
            except EngineError:
                continue
            removed.append(tag)
    return removed


def _tags() -> Iterator[str]:
    """Yield the tags of this version's images, as far as this host has the tools for them."""
    for variant in Variant:
        with contextlib.suppress(SandboxError):
            yield image_tag(variant)


def _pulled(engine: Engine) -> bool:
    try:
        engine.call(engine.api.inspect_image, _CALL_S, BASE)
    except EngineError:
        try:
            lines = engine.call(engine.api.pull, _CALL_S, BASE, stream=True, decode=True)
            first = engine.call(next, _ANSWER_S, lines, {})  # without a registry there is none for long
            last = engine.call(lambda: list(lines), _PULL_S)
        except EngineError:
            return False
        return not any("error" in line for line in (first, *last))
    return True


def _build(engine: Engine, folder: Path, tag: str) -> None:
    """Build on the base: the context is a tar of the Dockerfile and the agent's files."""
    context = folder / "context"
    copy_agent(context / "agent")
    (context / "Dockerfile").write_text(f"FROM {BASE}\n{_DOCKERFILE}")
    archive = _tar(context, folder / "context.tar")

    def build() -> str:
        with archive.open("rb") as file:
            lines = list(
                engine.api.build(
                    fileobj=file,
                    custom_context=True,
                    tag=tag,
                    rm=True,
                    forcerm=True,
                    decode=True,
                    labels={_LABEL: "1"},
                    network_mode="none",
                )
            )
        return "".join(line.get("error", "") for line in lines)

    error = engine.call(build, _BUILD_S)
    if error:
        raise EngineError(error.strip())


def _import(engine: Engine, tree: Path, folder: Path, tag: str) -> None:
    repository, _, version = tag.partition(":")
    engine.call(
        engine.api.import_image_from_file,
        _BUILD_S,
        str(_tar(tree, folder / "root.tar")),
        repository=repository,
        tag=version,
        changes=[f"LABEL {_LABEL}=1"],
    )


def _tar(tree: Path, archive: Path) -> Path:
    """Make a tar of a folder in which all belongs to root and everybody may read."""

    def reset(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        is_shared = bool(entry.mode & 0o1000)
        entry.mode = 0o1777 if is_shared else 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with tarfile.open(archive, mode="w") as opened:
        opened.add(tree, ".", filter=reset)
    return archive
