"""The page itself: its sections one under the other, its style and script, and a policy that lets nothing else in.

The policy names the hashes of the page's own style and script. So even markup that had slipped through could run
nothing, and nothing is ever fetched.
"""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from rlvr._version import __version__
from rlvr.grpo.report.answers import answers_section
from rlvr.grpo.report.blocks import rows_table
from rlvr.grpo.report.browser import rollouts_data, rollouts_section
from rlvr.grpo.report.charts import RUN_NAMES, charts
from rlvr.grpo.report.comparison import comparison_section, differences_section
from rlvr.grpo.report.curves import curves_data, curves_section
from rlvr.grpo.report.facts import value_text
from rlvr.grpo.report.header import alarms_section, summary_section
from rlvr.grpo.report.log import Log
from rlvr.grpo.report.marks import marks
from rlvr.grpo.report.markup import Html, element, joined
from rlvr.grpo.report.pairs import before_and_after, two_runs
from rlvr.grpo.report.run import ReportError, Run
from rlvr.grpo.report.sample import Sample, sample_rollouts

_GENERATOR = '<meta name="generator" content="rlvr report'
_SEARCHED = 500
"""Bytes at a file's beginning in which a report says that it is one."""
_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src {}; script-src {}"


def write_report(runs: Sequence[Run], out: Path) -> tuple[int, list[Sample]]:
    """Write the page about one run, or the one that compares two; return its size in bytes and what it shows.

    Args:
        runs: One or two.
        out: Where the page goes; an older report there is replaced.

    Raises:
        ReportError: Something else is there already.
        OSError: The page cannot be written, or the rollouts cannot be read.
    """
    _require_free(out)
    logs = [Log(run.folder / "rollouts.jsonl") for run in runs]
    samples = [_sampled(run, log, 1 / len(runs)) for run, log in zip(runs, logs, strict=True)]
    said = [_log_note(log) for log in logs]
    page = _page(runs, samples, [note for note in said if note]).encode()
    out.write_bytes(page)
    return len(page), samples


def _sampled(run: Run, log: Log, share: float) -> Sample:
    steps = list(dict.fromkeys(mark.first for mark in marks(run.lines)))
    return sample_rollouts(log, steps, run.num_steps, share)


def _log_note(log: Log) -> str | None:
    return log.note if log.path.is_file() else f"{log.path} is missing"


def _page(runs: Sequence[Run], samples: Sequence[Sample], said: Sequence[str]) -> str:
    names = RUN_NAMES if len(runs) > 1 else ("",)
    title = " and ".join(run.label for run in runs)
    found = charts(runs)
    sections = [
        ("alarms", "Alarms", alarms_section(runs, names)),
        ("curves", "Curves", curves_section(found, [run.label for run in runs])),
        *(_compared(runs, names) if len(runs) > 1 else [("answers", "Before and after", _answers(runs[0]))]),
        ("rollouts", "Rollouts", rollouts_section(samples, names, said)),
        *([("settings", "Settings", _settings(runs[0]))] if len(runs) == 1 else []),
    ]
    top = comparison_section(runs, samples, names) if len(runs) > 1 else summary_section(runs[0], samples[0])
    links = [element("li", element("a", heading, href=f"#{key}")) for key, heading, _ in sections]
    return _document(
        title,
        element("header", element("h1", "rlvr report: ", element("bdi", title)), top),
        element("nav", element("ul", links), aria_label="Sections"),
        element("main", (_section(*section) for section in sections)),
        curves_data(found),
        rollouts_data(samples, names),
    )


def _answers(run: Run) -> Html:
    return answers_section(before_and_after(run))


def _compared(runs: Sequence[Run], names: Sequence[str]) -> list[tuple[str, str, Html]]:
    return [
        ("differences", "Settings that differ", differences_section(runs, names)),
        ("answers", "The same tasks", answers_section(two_runs(runs, (names[0], names[1])))),
    ]


def _settings(run: Run) -> Html:
    rows = [(key, value_text(value)) for key, value in sorted(run.settings.items())]
    shown = rows_table(("setting", "value"), rows) if rows else element("p", "Not known.", class_="quiet")
    return element("details", element("summary", f"All {len(rows)} settings"), shown)


def _section(key: str, heading: str, content: Html) -> Html:
    return element(
        "section", element("h2", heading, id=f"{key}-heading"), content, id=key, aria_labelledby=f"{key}-heading"
    )


def _document(title: str, *body: Html) -> Html:
    style, script = _source("page.css"), Html("".join(_source(name) for name in ("charts.js", "rollouts.js")))
    policy = _POLICY.format(_hashed(style), _hashed(script))
    head = joined(
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"rlvr report: {title}"),
        element("style", style),
    )
    generator = Html(f'{_GENERATOR} {__version__}">')
    beginning = joined(Html('<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'), generator)
    return joined(beginning, head, Html("</head>\n<body>\n"), body, element("script", script), Html("</body></html>\n"))


def _source(name: str) -> Html:
    return Html(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _hashed(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"


def _require_free(out: Path) -> None:
    """A report may replace a report, and nothing else."""
    if out.is_dir():
        raise ReportError(f"{out} is a folder: name a file, such as {out / 'report.html'}")
    if not out.is_file():
        return
    with out.open("rb") as file:
        beginning = file.read(_SEARCHED)
    if beginning and _GENERATOR.encode() not in beginning:
        raise ReportError(f"{out} exists and is no report: name another file with --out")
