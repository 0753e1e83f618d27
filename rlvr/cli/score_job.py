"""One run of `rlvr score`, from its arguments to its exit code."""

import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rlvr.cli.errors import EXIT_INTERRUPTED, EXIT_UNSCORED, OutsideError, UsageError, tell
from rlvr.cli.progress import ProgressBar
from rlvr.cli.score_chunk import MAX_PROBLEMS, ChunkScorer, ScoredChunk
from rlvr.cli.score_output import Output, read_settings, write_summary
from rlvr.cli.score_plan import Plan, build_grader, with_run_settings
from rlvr.cli.score_remote import RemoteScorer
from rlvr.cli.score_run import ChunkSize, Crew, Interrupts, Scorer, score_all
from rlvr.cli.score_source import Source
from rlvr.cli.score_tally import Tally
from rlvr.rewards.code.default import process_sandbox
from rlvr.sandbox.deadline import default_pool

_INLINE_BYTES = 64 * 1024
_GUARDED_BYTES = 1
"""Sizes of the first chunks; rows that need a deadline may be slow, so they start one by one."""
_NUM_SANDBOX_SCORERS = 2
"""Each spreads its chunk over all slots; the second fills them while the first waits for its last program."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for."""

    input: str
    """The file to read, or `-`."""
    output: str
    """The file to write, or `-`."""
    plan: Plan
    """What decides the scores."""
    is_overwrite: bool = False
    """Whether to replace the output."""
    is_resume: bool = False
    """Whether to go on with the output."""
    num_workers: int | None = None
    """How many score; None is one for each core."""
    limit: int | None = None
    """How many lines to score at most."""
    as_json: bool = False
    """Whether the summary is printed as JSON."""


@dataclass(slots=True)
class _Progress:
    """What is known so far; grows while the job runs."""

    request: Request
    settings: dict[str, Any]
    started: float = field(default_factory=time.perf_counter)
    ready: float | None = None
    finished: float | None = None
    tally: Tally = field(default_factory=Tally)
    num_kept: int = 0
    num_workers: int = 0
    num_told: int = 0

    def summary(self, status: str) -> dict[str, Any]:
        """The summary as it stands."""
        from rlvr.cli.score_summary import Timing, summary_json

        end = time.perf_counter() if self.finished is None else self.finished
        ready = end if self.ready is None else self.ready
        timing = Timing(ready - self.started, end - ready, self.tally.num_rows - self.num_kept, self.num_workers)
        return summary_json(status, self.tally, timing, (self.request.input, self.request.output), self.settings)


def run_job(request: Request) -> int:
    """Score a file.

    Returns:
        The exit code.

    Raises:
        ValueError: For what the user got wrong.
        OutsideError: If the input or output fails in the middle.
    """
    output = Output(request.output, is_overwrite=request.is_overwrite, is_resume=request.is_resume)
    plan = with_run_settings(request.plan, request.input)
    grader = build_grader(plan)
    source = Source(request.input, request.limit)
    try:
        if output.is_same_as(request.input):
            raise UsageError(f"{request.output} would overwrite the input: choose another OUT")
        progress = _Progress(request, plan.to_json())
        _require_same_settings(output, request, progress.settings)
        progress.num_workers = wanted = request.num_workers or len(os.sched_getaffinity(0))
        if grader.runs_inline:
            remote = [RemoteScorer(plan) for _ in range(_num_useful(wanted, source))]
            progress.num_workers = len(remote)
            return _run(source, output, remote, ChunkSize(_INLINE_BYTES), progress)
        default_pool(wanted)
        size = ChunkSize(_GUARDED_BYTES)
        if not grader.uses_sandbox:
            return _run(source, output, [ChunkScorer(grader)] * wanted, size, progress)
        with process_sandbox(num_slots=wanted) as open_now:
            open_now()
            return _run(source, output, [ChunkScorer(grader)] * _NUM_SANDBOX_SCORERS, size, progress)
    finally:
        source.close()


def _run(source: Source, output: Output, scorers: Sequence[Scorer], size: ChunkSize, progress: _Progress) -> int:
    interrupts = Interrupts()
    with interrupts.caught():
        try:
            for scorer in scorers:
                scorer.wait_ready()
            output.open()
            _begin(source, output, progress)
            with ProgressBar("scoring", source.size) as bar:
                crew = Crew(scorers, size)
                score_all(source, output, crew, size, interrupts, lambda scored: _note(scored, source, progress, bar))
            progress.finished = time.perf_counter()
        except (KeyboardInterrupt, OutsideError) as error:
            with interrupts.held():
                return _stop(error, output, scorers, progress)
        except BaseException:
            _kill(scorers)
            raise
    for scorer in scorers:
        scorer.close()
    return _finish(output, progress)


def _begin(source: Source, output: Output, progress: _Progress) -> None:
    """Keep the rows of an earlier run if asked to, and leave word of what is being done."""
    if progress.request.is_resume and output.exists:
        progress.tally = output.keep(source)
        progress.num_kept = progress.tally.num_rows
        tell(f"{progress.num_kept:,} rows kept of {progress.request.output}; going on from line {source.num_lines + 1}")
    else:
        if progress.request.is_resume:
            tell(f"{progress.request.output} does not exist: nothing to resume, starting from line 1")
        output.clear()
    if output.summary_path is not None:
        write_summary(output.summary_path, progress.summary("running"))
    progress.ready = time.perf_counter()


def _note(scored: ScoredChunk, source: Source, progress: _Progress, bar: ProgressBar) -> None:
    progress.tally.merge(scored.tally)
    bar.advance_to(source.position)
    for problem in scored.problems[: MAX_PROBLEMS - progress.num_told]:
        bar.tell(f"{source.name}:{problem.line}: {problem.reason}")
        progress.num_told += 1


def _stop(error: BaseException, output: Output, scorers: Sequence[Scorer], progress: _Progress) -> int:
    """Leave things so that the same command with --resume can go on."""
    _kill(scorers)
    is_interrupt = isinstance(error, KeyboardInterrupt)
    output.close()
    if output.summary_path is not None and progress.ready is not None:
        write_summary(output.summary_path, progress.summary("interrupted" if is_interrupt else "failed"))
        remedy = f"; the same command with --resume goes on after the {progress.tally.num_rows:,} rows that are done"
    else:
        remedy = ""
    if not is_interrupt:
        raise OutsideError(f"{error}{remedy}") from error
    tell(f"interrupted{remedy}")
    return EXIT_INTERRUPTED


def _finish(output: Output, progress: _Progress) -> int:
    output.close()
    summary = progress.summary("complete")
    if output.summary_path is not None:
        write_summary(output.summary_path, summary)
    num_untold = progress.tally.num_unscored - progress.num_told
    if num_untold > 0:
        tell(
            f"... and {num_untold:,} {'more lines' if progress.num_told else 'lines of an earlier run'} without a score"
        )
    _show(summary, progress.request)
    return EXIT_UNSCORED if progress.tally.num_unscored else 0


def _show(summary: dict[str, Any], request: Request) -> None:
    stream = sys.stderr if request.output == "-" else sys.stdout
    if request.as_json:
        stream.write(json.dumps(summary, indent=2) + "\n")
        return
    from rich.console import Console

    from rlvr.cli.score_summary import print_summary

    print_summary(summary, Console(file=stream))


def _require_same_settings(output: Output, request: Request, settings: dict[str, Any]) -> None:
    if not (request.is_resume and output.exists and output.summary_path is not None):
        return
    recorded = read_settings(output.summary_path)
    if recorded is None:
        tell(f"{output.summary_path} is missing: taking the settings of the rows in {request.output} to be the same")
        return
    changed = [name for name in settings if settings[name] != recorded.get(name)]
    if changed:
        told = ", ".join(f"{name} was {recorded.get(name)!r} and is {settings[name]!r}" for name in changed)
        raise UsageError(f"{request.output} was begun with other settings ({told}): use the same, or --overwrite")


def _num_useful(wanted: int, source: Source) -> int:
    """No more processes than there is work for."""
    return wanted if source.size is None else max(1, min(wanted, source.size // _INLINE_BYTES + 1))


def _kill(scorers: Sequence[Scorer]) -> None:
    for scorer in scorers:
        scorer.kill()
