"""`rlvr score`: judge a file of model outputs."""

from typing import Annotated

import typer

from rlvr.cli.options import parse_options, parse_rubric

_SPECS = "tag, boxed, hash, marker, code, code:LANG, whole or regex:P"

File = Annotated[str, typer.Argument(metavar="FILE", help="JSONL (also gzipped) or Parquet; - for standard input.")]
Out = Annotated[str, typer.Option("-o", "--output", metavar="OUT", help="Where to write; - for standard output.")]
VerifierName = Annotated[
    str | None, typer.Option(metavar="NAME", help="Compare with a reference: exact, numeric, ..., or file.py:Class.")
]
TasksetName = Annotated[
    str | None, typer.Option(metavar="NAME", help="Judge as the tasks of a taskset: a name, or file.py:Class.")
]
ResponseField = Annotated[
    str | None, typer.Option(metavar="F", help="Where the response is. [default: response, or turns of a taskset]")
]
ReferenceField = Annotated[
    str | None, typer.Option(metavar="F", help="Where the reference is. [default: reference, or task_id of a taskset]")
]
Extract = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SPEC", help=f"How to find the answer: {_SPECS}. Repeatable: the first that finds one decides."
    ),
]
ReferenceExtract = Annotated[str | None, typer.Option(metavar="SPEC", help="How to find the reference in its field.")]
Weights = Annotated[
    str | None,
    typer.Option("--rubric", metavar="WEIGHTS", help="Weights of a taskset's parts: correct=1.0,format=0.1."),
]
Options = Annotated[
    list[str] | None, typer.Option("--option", metavar="KEY=VALUE", help="An argument of the taskset. Repeatable.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace OUT if it exists.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on after the last whole row of OUT.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes that score. [default: every core]")]
Limit = Annotated[int | None, typer.Option(min=0, help="Score only the first lines of FILE.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]


def score(
    file: File,
    output: Out,
    verifier: VerifierName = None,
    taskset: TasksetName = None,
    response_field: ResponseField = None,
    reference_field: ReferenceField = None,
    extract: Extract = None,
    reference_extract: ReferenceExtract = None,
    weights: Weights = None,
    options: Options = None,
    overwrite: Overwrite = False,
    resume: Resume = False,
    workers: Workers = None,
    limit: Limit = None,
    as_json: AsJson = False,
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

        rlvr score out.jsonl -o scored.jsonl --verifier exact --response-field choices.0.message.content

        rlvr score runs/quickstart/rollouts.jsonl -o again.jsonl --taskset ChainSum

        zcat out.jsonl.gz | rlvr score - -o - --verifier numeric | head
    """
    from rlvr.cli.score_job import Request, run_job
    from rlvr.cli.score_plan import Plan

    rubric = None if weights is None else parse_rubric(weights)
    arguments = parse_options(options) if options else None
    fields = {"response_field": response_field, "reference_field": reference_field}
    rule = extract[0] if extract and len(extract) == 1 else tuple(extract or ()) or None
    plan = Plan(
        verifier, taskset, **fields, extract=rule, reference_extract=reference_extract, rubric=rubric, options=arguments
    )
    request = Request(file, output, plan, overwrite, resume, workers, limit, as_json)
    raise typer.Exit(run_job(request))
