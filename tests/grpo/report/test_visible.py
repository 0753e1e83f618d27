import unicodedata

import pytest

from rlvr.grpo.report.visible import shortened, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, \n\t as it is", "plain, \n\t as it is"),
        ("\x1b[31m", "‹U+001B›[31m"),
        ("a\x00b\x07\x7f\r\x9b", "a‹U+0000›b‹U+0007›‹U+007F›‹U+000D›‹U+009B›"),
        ("\u202ereversed\u202c", "‹U+202E›reversed‹U+202C›"),
        ("no\u200bwidth\ufeff\u00ad", "no‹U+200B›width‹U+FEFF›‹U+00AD›"),
        ("\ud83d alone", "‹U+D83D› alone"),
        ("two\u2028lines\u2029", "two‹U+2028›lines‹U+2029›"),
        ("\U000e0041\U000e0100\u3164", "‹U+E0041›‹U+E0100›‹U+3164›"),
        ("größer, 數學, שלום, 😀, ∑", "größer, 數學, שלום, 😀, ∑"),
    ],
)
def test_what_cannot_be_seen_is_named(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_nothing_hidden_is_left() -> None:
    codes = (
        *range(0x3000),
        *range(0xD7F0, 0xE010),
        *range(0xFE00, 0x10000),
        *range(0x1D160, 0x1D180),
        *range(0xE0000, 0xE0200),
    )
    shown = visible("".join(map(chr, codes)))
    left = {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert left == {"Cc"}, "of the control characters, the new line and the tab stay"
    assert shown.encode().decode() == visible(shown) == shown


def test_a_long_text_keeps_both_ends() -> None:
    text = "a" * 50 + "\x00" * 900 + "z" * 50
    assert shortened(text, 100) == f"{'a' * 50}\n… 900 characters left out …\n{'z' * 50}"
    assert shortened(text, 1000) == visible(text)
