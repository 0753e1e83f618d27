import pytest

from rlvr.envs.formats import instruction, render
from rlvr.envs.task import Solution
from rlvr.rewards.extraction import extract
from rlvr.rewards.format import format_score

SPECS = ["tag", "boxed", "hash", "marker", "code", "code:python", "whole", ("hash", "boxed"), "regex:[0-9]+$"]


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("work", ["", "12+34=46", "first \\boxed{1}, or #### 2, or <answer>3</answer>"])
def test_what_is_written_reads_back_and_is_well_formed(spec: str | tuple[str, ...], work: str) -> None:
    response = render(spec, Solution("46", work))
    assert extract(spec, response).answer == "46"
    if "<answer>" not in work:
        assert format_score(response, spec) == 1.0


@pytest.mark.parametrize("spec", SPECS)
def test_the_instruction_names_what_extraction_looks_for(spec: str | tuple[str, ...]) -> None:
    marks = {
        "tag": "<answer> </answer>",
        "boxed": "\\boxed{answer}",
        "hash": "####",
        "marker": "Answer:",
        "code": "fenced code block",
        "code:python": "```python",
        "whole": "the answer alone",
        ("hash", "boxed"): "####",
    }
    assert marks.get(spec, "") in instruction(spec)
    assert bool(instruction(spec)) == (spec in marks)


def test_a_program_keeps_its_lines() -> None:
    program = "def f():\n    return 1"
    assert extract("code:python", render("code:python", Solution(program + "\n"))).answer == program
