import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rlvr.grpo.report.page import write_report
from rlvr.grpo.report.run import ReportError, read_run
from tests.grpo.report.made import HOSTILE, line, make_run, rollout


class Outline(HTMLParser):
    """The tags of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def page_of(*folders: Path) -> str:
    out = folders[0] / "report.html"
    size, _ = write_report([read_run(folder) for folder in folders], out)
    assert size == out.stat().st_size
    return out.read_text(encoding="utf-8")


def hostile_run(folder: Path) -> Path:
    """A run in which every text that is not ours is hostile."""
    rollouts = [
        rollout(
            1,
            task_id=f"{text}-v0/train/0/{number}",
            prompt=text,
            turns=[{"response": text, "answer": text, "observation": text}],
            score={"value": 0.0, "verdict": text, "reason": text, "parts": {text: 0.5}, "answer": text},
        )
        for number, text in enumerate(HOSTILE)
    ]
    alarms = [{"name": text, "message": text} for text in HOSTILE]
    lines = [line(step, alarms=alarms, warning="".join(HOSTILE), parts=dict.fromkeys(HOSTILE, 0.5)) for step in (1, 2)]
    plain = [text for text in HOSTILE if text.isprintable() and text.isascii()]
    made = make_run(folder, lines, rollouts, {"task": {"name": plain[0]}, "grpo": {"algorithm": plain[1]}})
    for when in ("before", "after"):
        (made / f"eval_{when}.jsonl").write_bytes((made / "rollouts.jsonl").read_bytes())
    return made


@pytest.mark.parametrize("num_runs", [1, 2])
def test_hostile_text_adds_no_markup(tmp_path: Path, num_runs: int) -> None:
    folders = [hostile_run(tmp_path / f"run-{n}") for n in range(num_runs)]
    page = page_of(*folders)
    outline = Outline(page)
    tags = {tag for tag, _ in outline.tags}
    assert not tags & {"img", "iframe", "link", "object", "embed", "base"}
    assert [attributes.get("type") for tag, attributes in outline.tags if tag == "script"] == [
        "application/json"
    ] * 2 + [None]
    assert not [key for _, attributes in outline.tags for key in attributes if key.startswith("on")]
    assert all(str(attributes["href"]).startswith("#") for _, attributes in outline.tags if "href" in attributes)
    assert not {char for char in page if not char.isprintable()} - {"\n", "\t"}
    assert page.count("</html>") == 1


def test_the_page_lets_nothing_in(tmp_path: Path) -> None:
    page = page_of(make_run(tmp_path / "run", [line(1)], [rollout(1)]))
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert "default-src &#x27;none&#x27;" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?:", page), "no address of any network"


def test_the_same_run_gives_the_same_page(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", map(line, range(1, 9)), (rollout(n) for n in range(1, 9)))
    assert page_of(folder) == page_of(folder)


@pytest.mark.parametrize("num_runs", [1, 2])
def test_an_empty_run_has_a_page(tmp_path: Path, num_runs: int) -> None:
    folders = [make_run(tmp_path / f"run-{n}", is_finished=False) for n in range(num_runs)]
    page = page_of(*folders)
    for said in ("metrics.jsonl has no step yet", "There are no steps to draw yet", "There are no rollouts yet"):
        assert said in page


def test_a_run_of_a_config_only_has_a_page(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", is_finished=False)
    for name in ("metrics.jsonl", "rollouts.jsonl"):
        (folder / name).unlink()
    page = page_of(folder)
    assert "metrics.jsonl is missing" in page
    assert "rollouts.jsonl is missing" in page


def test_a_torn_line_of_rollouts_is_told(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", [line(1)], [rollout(1), rollout(1, 1)])
    path = folder / "rollouts.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    page = page_of(folder)
    assert "rollouts.jsonl ends in the middle of line 2" in page
    assert "All 1 rollouts are here." in page


def test_a_comparison_has_settings_accuracies_and_tasks(tmp_path: Path) -> None:
    rest = {"grpo": {"algorithm": "dapo", "num_steps": 40}, "run": {"dir": "elsewhere"}}
    folders = [
        make_run(tmp_path / "a", [line(1)], [rollout(1)]),
        make_run(tmp_path / "b", [line(1)], [rollout(1)], rest),
    ]
    page = page_of(*folders)
    for row in (
        '<th scope="row">grpo.algorithm</th><td>grpo</td><td>dapo</td>',
        '<th scope="row">optimizer.lr</th><td>0.0003</td><td>–</td>',
        '<th scope="row">test accuracy after</th><td>0.900 [0.860, 0.940]</td><td>0.900 [0.860, 0.940]</td>',
    ):
        assert row in page
    assert "run.dir" not in page
    assert "Of 24 tasks: 12 both wrong, 12 both right." in page


def test_a_report_replaces_a_report_and_nothing_else(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", [line(1)])
    run, out = read_run(folder), tmp_path / "page.html"
    write_report([run], out)
    write_report([run], out)
    for other in (folder / "metrics.jsonl", folder / "config.toml"):
        before = other.read_bytes()
        with pytest.raises(ReportError, match="exists and is no report"):
            write_report([run], other)
        assert other.read_bytes() == before
    with pytest.raises(ReportError, match="is a folder"):
        write_report([run], tmp_path)
