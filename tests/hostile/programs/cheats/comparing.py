"""Outputs that look right, or could be read as right, and are not the expected bytes."""

from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import function, stdin

LINES: Final = stdin(("1\n", "12 7\nabc\n"))
EXACT: Final = stdin(("1\n", "12 7\nabc\n"), comparator="exact")
TOKENS: Final = stdin(("1\n", "12 7\nabc\n"), comparator="tokens")
UNORDERED: Final = stdin(("1\n", "b\na\nb\n"), comparator="unordered")
CASEFOLD: Final = stdin(("1\n", "straSSe K i\n"), comparator="casefold")
FLOAT: Final = stdin(("1\n", "2.5 12\n"), comparator="float")
NO_NUMBER: Final = stdin(("1\n", "nan\n"), comparator="float")
LARGE: Final = stdin(("1\n", "123456789012345678901234567890\n"), comparator="float")
TIGHT: Final = stdin(("1\n", "0.5\n"), comparator={"type": "float", "atol": 0, "rtol": 1e-12})
CLOSE: Final = function("f", ([1], [0.5, 1e308]), float_tol=1e-6)


def _lines(name: str, text: str, outcomes: str = "WA PE") -> Entry:
    """Return a program that writes the text as it is, bytes beyond ASCII in UTF-8, `\\udcxx` as that byte."""
    data = text.encode("utf-8", "surrogateescape")
    return Entry(name, LINES, outcomes, f"import os\nos.write(1, {data!r})")


def _other(name: str, reference: dict[str, object], text: str, outcomes: str = "WA PE") -> Entry:
    return Entry(name, reference, outcomes, f"import os\nos.write(1, {text.encode('utf-8', 'surrogateescape')!r})")


COMPARING: Final = [
    _lines("wide digits", "１２ ７\nabc\n"),
    _lines("arabic digits", "١٢ ٧\nabc\n"),
    _lines("letters that look alike", "12 7\nаbс\n"),
    _lines("a byte order mark", "\ufeff12 7\nabc\n"),
    _lines("spaces of no width", "12 7\u200b\nabc\n"),
    _lines("a space that does not break", "12\xa07\nabc\n"),
    _lines("a trailing space of another kind", "12 7\u3000\nabc\n"),
    _lines("separators of lines", "12 7\u2028abc\n"),
    _lines("a next line of C1", "12 7\x85abc\n"),
    _lines("a separator of files", "12 7\x1cabc\n"),
    _lines("NUL at the end", "12 7\nabc\0\n"),
    _lines("NUL between", "1\x002 7\nabc\n"),
    _lines("NUL and the rest", "12 7\nabc\n\0wrong\n"),
    _lines("trailing words", "12 7\nabc\nok\n"),
    _lines("trailing words in the line", "12 7 \nabc x\n"),
    _lines("a leading line", "Answer:\n12 7\nabc\n"),
    _lines("a leading blank line", "\n12 7\nabc\n"),
    _lines("a blank line between", "12 7\n\nabc\n"),
    _lines("leading spaces", " 12 7\n abc\n"),
    _lines("two spaces between", "12  7\nabc\n"),
    _lines("a tab between", "12\t7\nabc\n"),
    _lines("colours", "\x1b[32m12 7\x1b[0m\nabc\n"),
    _lines("a wrong answer that a terminal erases", "99 9\x1b[4D\x1b[K12 7\nabc\n"),
    _lines("a wrong answer that is written over", "99 9\r12 7\nabc\n"),
    _lines("a wrong digit that is deleted", "13\x082 7\nabc\n"),
    _lines("a carriage return between", "12 7\rabc\n"),
    _lines("line ends of another kind", "12 7\n\rabc\n"),
    _lines("one line too few", "12 7\n"),
    _lines("all on one line", "12 7 abc\n"),
    _lines("capital letters", "12 7\nABC\n"),
    _lines("a number of another form", "12.0 7\nabc\n"),
    _lines("leading zeros", "012 7\nabc\n"),
    _lines("a plus sign", "+12 7\nabc\n"),
    _lines("in quotes", "'12 7'\n'abc'\n"),
    _lines("as a list", "[12, 7]\nabc\n"),
    _lines("escaped", "12 7\\nabc\\n"),
    _lines("in UTF-16", "12 7\nabc\n".encode("utf-16-le").decode("latin-1")),
    _lines("bytes that are no text", "12 7\nabc\udcff\n"),
    _lines("an overlong form", "\udcc0\udcb12 7\nabc\n"),
    _lines("a pattern", ".*\n.*\n"),
    _lines("a wildcard", "*\n*\n"),
    _other("exact: a missing line end", EXACT, "12 7\nabc"),
    _other("exact: a trailing space", EXACT, "12 7 \nabc\n"),
    _other("exact: other line ends", EXACT, "12 7\r\nabc\r\n"),
    _other("exact: a second line end", EXACT, "12 7\nabc\n\n"),
    _other("tokens: one more", TOKENS, "12 7 abc abc"),
    _other("tokens: one less", TOKENS, "12 7"),
    _other("tokens: in another order", TOKENS, "7 12 abc"),
    _other("tokens: a space that is none", TOKENS, "12\xa07\xa0abc"),
    _other("tokens: joined", TOKENS, "127abc"),
    _other("tokens: with commas", TOKENS, "12, 7, abc"),
    _other("tokens: leading zeros", TOKENS, "0012 07 abc"),
    _other("unordered: each once", UNORDERED, "a\nb\n"),
    _other("unordered: another too often", UNORDERED, "a\na\nb\n"),
    _other("unordered: all and more", UNORDERED, "a\nb\nb\nc\n"),
    _other("unordered: with leading spaces", UNORDERED, "a\n b\nb\n"),
    _other("casefold: sharp s", CASEFOLD, "straße K i\n"),
    _other("casefold: the sign of Kelvin", CASEFOLD, "strasse \u212a i\n"),
    _other("casefold: a dotted capital", CASEFOLD, "strasse k \u0130\n"),
    _other("float: not a number", FLOAT, "nan 12\n"),
    _other("float: infinite", FLOAT, "inf 12\n"),
    _other("float: beyond the largest", FLOAT, "1e999999 12\n"),
    _other("float: an integer that is almost right", FLOAT, "2.5 12.0000001\n"),
    _other("float: an integer as a text", FLOAT, "2.5 twelve\n"),
    _other("float: underscores", FLOAT, "2.5 1_2\n"),
    _other("float: hexadecimal", FLOAT, "2.5 0xC\n"),
    _other("float: a hexadecimal float", FLOAT, "0x1.4p1 12\n"),
    _other("float: a fraction", FLOAT, "5/2 12\n"),
    _other("float: a product", FLOAT, "2.5 3*4\n"),
    _other("float: wide digits", FLOAT, "２.５ 12\n"),
    _other("float: a comma", FLOAT, "2,5 12\n"),
    _other("float: too far", FLOAT, "2.50001 12\n"),
    _other("float: a token more", FLOAT, "2.5 12 12\n"),
    _other("float: an imaginary part", FLOAT, "2.5+0j 12\n"),
    _other("float: a suffix", FLOAT, "2.5f 12L\n"),
    _other("float: NaN where NaN is expected", NO_NUMBER, "nan\n"),
    _other("float: NaN of another sign", NO_NUMBER, "-nan\n"),
    _other("float: a large integer rounded", LARGE, "123456789012345680000000000000\n"),
    _other("float: a large integer in short", LARGE, "1.2345678901234568e29\n"),
    _other("float: within the default tolerance only", TIGHT, "0.5000001\n"),
    Entry("floats: too far", CLOSE, "WA", "def f(n): return [0.5 + 2e-6, 1e308]"),
    Entry("floats: infinite for the largest", CLOSE, "WA", "def f(n): return [0.5, float('inf')]"),
    Entry("floats: a text", CLOSE, "WA", "def f(n): return ['0.5', '1e308']"),
    Entry("floats: not a number for all", CLOSE, "WA", "def f(n): return [float('nan')] * 2"),
]
