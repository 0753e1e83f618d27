"""`rlvr score`: judge a file of model outputs."""

from typing import Annotated

import typer

from rlvr.cli.options import parse_options, parse_rubric


def score(
    file: Annotated[str, typer.Argument(metavar="FILE", help="JSONL (also gzipped) or Parquet; - for standard input.")],
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="OUT", help="Where to write; - for standard output.")
    ],
    verifier: Annotated[
        str | None, typer.Option(metavar="NAME", help="Compare with a reference: exact, numeric, ..., file.py:Class.")
    ] = None,
    taskset: Annotated[
        str | None, typer.Option(metavar="NAME", help="Judge as the tasks of a taskset: a name or file.py:Class.")
    ] = None,
    response_field: Annotated[
        str | None,
        typer.Option(metavar="F", help="Path of the response. [default: response; with --taskset, turns if there]"),
    ] = None,
    reference_field: Annotated[
        str | None,
        typer.Option(metavar="F", help="Path of the reference, or task id. [default: reference; task_id]"),
    ] = None,
    extract: Annotated[
        str | None,
        typer.Option(metavar="SPEC", help="tag, boxed, hash, marker, code, code:LANG, whole or regex:P."),
    ] = None,
    reference_extract: Annotated[
        str | None, typer.Option(metavar="SPEC", help="The same, to cut the reference out of its field.")
    ] = None,
    rubric: Annotated[
        str | None, typer.Option(metavar="WEIGHTS", help="Weights of a taskset's parts: correct=1.0,format=0.1.")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="An argument of the taskset. Repeatable.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace OUT if it exists.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on after the last whole row of OUT.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes that score. [default: every core]")] = None,
    limit: Annotated[int | None, typer.Option(min=0, help="Score only the first lines of FILE.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    r"""Judge a file of model outputs: a line of output for each line of input, with its score.

    The fields of a line keep their text; `score: {value, verdict, reason, parts}` is added, and an input column
    `score` becomes `score_input`. A line that cannot be judged is reported by number, written as UNSCORED, and costs
    nothing else. Ctrl-C keeps what is done; the same command with `--resume` goes on. A summary is printed and kept
    in `OUT.summary.json`.

    Fields are paths such as `choices.0.message.content`; a list of chat messages means the last assistant's.
    `--extract` replaces the verifier's own way to find the answer; `regex:P` takes group 1, else all, of the last
    match. Beside the `config.toml` of a run, `--taskset` takes that run's rubric and options.

    Exit codes: 0 every line has a score (NO_ANSWER and LIMIT are scores), 3 some are UNSCORED, 2 usage,
    130 interrupted, 1 anything else.

    Examples:
        rlvr score out.jsonl -o scored.jsonl --verifier numeric --reference-field answer

        rlvr score out.jsonl -o scored.jsonl --verifier exact --response-field choices.0.message.content --extract boxed

        rlvr score runs/quickstart/rollouts.jsonl -o again.jsonl --taskset ChainSum

        zcat out.jsonl.gz | rlvr score - -o - --verifier numeric | head
    """
    from rlvr.cli.score_job import Request, run_job
    from rlvr.cli.score_plan import Plan

    plan = Plan(
        verifier=verifier,
        taskset=taskset,
        response_field=response_field,
        reference_field=reference_field,
        extract=extract,
        reference_extract=reference_extract,
        rubric=None if rubric is None else parse_rubric(rubric),
        options=parse_options(option) if option else None,
    )
    request = Request(
        input=file,
        output=output,
        plan=plan,
        is_overwrite=overwrite,
        is_resume=resume,
        num_workers=workers,
        limit=limit,
        as_json=as_json,
    )
    raise typer.Exit(run_job(request))
