"""`rlvr sandbox`: makes what untrusted programs run in, and removes what dead runs left of it."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rlvr.sandbox.programs.docker_engine import Engine


class Action(StrEnum):
    """What `rlvr sandbox` does."""

    BUILD = "build"
    CLEAN = "clean"


class For(StrEnum):
    """What programs an image is for."""

    PYTHON = "python"
    CPP = "cpp"
    JAVASCRIPT = "javascript"
    ALL = "all"


def sandbox(
    action: Annotated[Action, typer.Argument(help="`build` the image, or `clean` up after dead runs.")],
    language: Annotated[
        For, typer.Option("--language", help="With `build`: the language of the programs that the images are for.")
    ] = For.PYTHON,
    is_all: Annotated[
        bool, typer.Option("--all", help="With `clean`: also the containers of living runs, and of other machines.")
    ] = False,
) -> None:
    """Prepare and clean what untrusted programs run in.

    `build` makes an image now instead of at first use. `clean` removes the containers and the process tier's folders
    whose run is dead, and the images of other versions. The bubblewrap tier needs neither.

    Examples:
        rlvr sandbox build

        rlvr sandbox build --language cpp

        rlvr sandbox clean
    """
    from rlvr.sandbox.programs.docker_engine import Engine

    if action is Action.CLEAN:
        _clean_folders()
    engine = Engine()
    try:
        if action is Action.BUILD:
            _build(engine, language)
        else:
            _clean(engine, is_all)
    finally:
        engine.close()


def _build(engine: "Engine", wanted: For) -> None:
    from rlvr.sandbox.programs.docker_image import build_image, has_image, image_tag
    from rlvr.sandbox.programs.languages import LANGUAGES

    for name, language in LANGUAGES.items():
        for variant in language.variants if wanted in (name, For.ALL) else ():
            is_there = has_image(engine, variant)
            tag = image_tag(variant)
            typer.echo(f"{tag} for {variant} is there already" if is_there else f"built {build_image(engine, variant)}")


def _clean_folders() -> None:
    from rlvr.sandbox.programs.process_tier import sweep

    for name in sweep():
        typer.echo(f"removed {name}")


def _clean(engine: "Engine", is_all: bool) -> None:
    from rlvr.sandbox.programs.docker_image import remove_images
    from rlvr.sandbox.programs.docker_tier import sweep

    containers, images = sweep(engine, is_all=is_all), remove_images(engine)
    for name in (*containers, *images):
        typer.echo(f"removed {name}")
    typer.echo(f"{len(containers)} containers and {len(images)} images removed")
