import json
import re

import pytest

from rlvr.grpo.report.markup import Html, element, joined, json_block
from tests.grpo.report.made import HOSTILE


def test_children_and_attributes_are_escaped() -> None:
    made = element("p", "<b>", element("i", "&"), None, (str(n) for n in range(2)), class_="a\"'>", hidden=False, x=0)
    assert made == '<p class="a&quot;&#x27;&gt;" x="0">&lt;b&gt;<i>&amp;</i>01</p>'
    assert joined("<", Html("<br>")) == "&lt;<br>"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_leaves_its_place(text: str) -> None:
    assert re.findall(r"<[^>]*>", element("p", text)) == ["<p>", "</p>"]
    assert re.fullmatch(r'<p title="[^"<>]*"></p>', element("p", title=text))
    block = json_block("data", {text: [text]})
    inside = re.fullmatch(r'<script type="application/json" id="data">([^<>&]*)</script>\n', block)
    assert inside is not None
    assert json.loads(inside[1]) == {text: [text]}
