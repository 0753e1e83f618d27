r"""One spelling for what Unicode, HTML and twice-escaped files spell in many ways.

`respelled` turns a text into plain ASCII mathematics in LaTeX's words where it can: `½` is `\frac{1}{2}`, `x²` is
`x^{2}`, `≤` is `\le`, a full-width digit is a digit. It takes time linear in the text and never looks at structure.
Letters that only look like Latin ones stay what they are: a Cyrillic `а` is not the symbol `a`.
"""

from __future__ import annotations

import re
import unicodedata

_SIGNS = {
    "−–—‐‑‒﹣－": "-",
    "＋﹢": "+",
    "×✕✖⨯": "\\times ",
    "·⋅∙•‧・": "\\cdot ",
    "÷": "\\div ",
    "∗＊": "*",
    "／⁄∕": "/",
    "＝": "=",
    "＜": "<",
    "＞": ">",
    "≤⩽≦": "\\le ",
    "≥⩾≧": "\\ge ",
    "≠": "\\ne ",
    "≈≃≅": "\\approx ",
    "≡": "\\equiv ",
    "±": "\\pm ",
    "∓": "\\mp ",
    "∞": "\\infty ",
    "∪": "\\cup ",
    "∩": "\\cap ",
    "∖": "\\setminus ",
    "∈∊": "\\in ",
    "∉": "\\notin ",
    "⊂": "\\subset ",
    "⊆": "\\subseteq ",
    "∅⌀": "\\emptyset ",
    "→⟶": "\\to ",
    "⇒⟹": "\\implies ",
    "∣": "\\mid ",
    "…⋯": "\\ldots ",
    "∑": "\\sum ",
    "∏": "\\prod ",
    "∫": "\\int ",
    "∠": "\\angle ",
    "△": "\\triangle ",
    "⟨〈": "\\langle ",
    "⟩〉": "\\rangle ",
    "⌊": "\\lfloor ",
    "⌋": "\\rfloor ",
    "⌈": "\\lceil ",
    "⌉": "\\rceil ",
    "∧": "\\land ",
    "∨": "\\lor ",
    "ℝ": "\\mathbb{R}",
    "ℤ": "\\mathbb{Z}",
    "ℕ": "\\mathbb{N}",
    "ℚ": "\\mathbb{Q}",
    "ℂ": "\\mathbb{C}",
    "°˚º": "^{\\circ}",
    "％": "%",
    "（": "(",
    "）": ")",
    "［【": "[",
    "］】": "]",
    "｛": "{",
    "｝": "}",
    "｜": "|",
    "，": ",",
    "、": ", ",
    "；": ";",
    "：∶": ":",
    "．。": ".",
    "！": "!",
    "＾": "^",
    "＿": "_",
    "＼": "\\",
    "＄": "\\$",
    "€": "\\euro ",
    "£￡": "\\pounds ",
    "¥￥": "\\yen ",
    "₹": "\\rupee ",
    "₩￦": "\\won ",
    "¢￠": "\\cent ",
    "✓✔☑": "",
    "′’": "'",
    "″”": "''",
    "“": "",
    "ⅆ": "d",
    "ⅇℯ": "e",
    "ⅈ": "i",
    "Ɛɛ": "\\epsilon ",
}
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2061\u2062\u2063\ufe0f"
_THIN_SPACES = "\u2009\u202f\u2006\u2008\u200a\u205f"
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˣ", "0123456789+-=()nix", strict=True))
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙₐₓ", "0123456789+-=()nax", strict=True))
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωϕϵΓΔΘΛΞΠΣΦΨΩ",
        [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "zeta",
            "eta",
            "theta",
            "iota",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "xi",
            "pi",
            "rho",
            "sigma",
            "tau",
            "upsilon",
            "phi",
            "chi",
            "psi",
            "omega",
            "phi",
            "epsilon",
            "Gamma",
            "Delta",
            "Theta",
            "Lambda",
            "Xi",
            "Pi",
            "Sigma",
            "Phi",
            "Psi",
            "Omega",
        ],
        strict=True,
    )
)


def _table() -> dict[int, str]:
    table = {ord(sign): ascii_ for signs, ascii_ in _SIGNS.items() for sign in signs}
    table |= {ord(letter): f"\\{name} " for letter, name in _GREEK.items()}
    table |= dict.fromkeys(map(ord, _INVISIBLE), "")
    table |= dict.fromkeys(map(ord, _THIN_SPACES), "\\,")
    table |= {0xFF10 + digit: str(digit) for digit in range(10)}
    for number in (*range(0xBC, 0xBF), *range(0x2150, 0x215F), 0x2189):
        above, _, below = unicodedata.normalize("NFKC", chr(number)).partition("\u2044")
        table[number] = f"\\frac{{{above}}}{{{below}}}"
    return table


_TABLE = _table()
_RAISED = re.compile(f"[{''.join(_SUPERSCRIPTS)}]+")
_LOWERED = re.compile(f"[{''.join(_SUBSCRIPTS)}]+")
_ROOT = re.compile(r"([√∛∜])\s*(\d+(?:\.\d+)?|[A-Za-z]|(?=[({\\]))")
_ROOTS = {"√": "\\sqrt", "∛": "\\sqrt[3]", "∜": "\\sqrt[4]"}
_STYLED = re.compile("[\U0001d400-\U0001d7ff]+")
"""Letters and digits in the typefaces of mathematics."""
_HTML = re.compile(r"<(sup|sub)>([^<>]{1,100})</\1>|<br\s*/?>", re.IGNORECASE)
_CHARACTER = re.compile(r'\\char"0{0,2}([0-9A-Fa-f]{1,4})(?![0-9A-Fa-f])\s?')
_BASE_MARK = re.compile(
    r"_(?:\\(?:text|mathrm)\{\s*(\d{1,2})\s*\}|\{\s*\((\d{1,2})\)\s*\}"
    r"|\{\s*\\(?:text|mathrm)\{\s*base\s*\}\s*(\d{1,2})\s*\})"
)
_BRACKETED = re.compile(r"(?:\\left)?\(\s*([0-9A-F]{1,40})\s*(?:\\right)?\)_(?=\{?\d)")
_BASE_WORD = re.compile(
    r"(?<=\d)\s*(?:\\(?:text|mathrm|mbox)\{\s*\(?base\s*\}?\s*(\d{1,2})\s*\)?\s*\}?\)?|\s+base\s+(\d{1,2})\b)"
)
_PER_CENT = re.compile(r"\bper cent\b", re.IGNORECASE)
_MIXED = re.compile(r"(?<=\d)\s*(?=[\u00bc-\u00be\u2150-\u215e])")
_DOUBLED = re.compile(r"\\\\(?=[A-Za-z(){}\[\]!,;:])")


def respelled(text: str) -> str:
    """Return `text` in ASCII LaTeX where it has a known spelling; what has none is left as it is."""
    if not text.isascii():
        text = _ascii(text)
    if "<s" in text or "<b" in text or "<S" in text:
        text = _HTML.sub(_html, text)
    if "_" in text or "base" in text:
        text = _BASE_WORD.sub(_base, _BRACKETED.sub(r"\1_", _BASE_MARK.sub(_base, text)))
    if "{\\$}" in text:
        text = text.replace("{\\$}", "\\$")
    if "per cent" in text:
        text = _PER_CENT.sub("percent", text)
    if "\\\\" in text and "\\begin" not in text.replace("\\\\begin", ""):
        text = _DOUBLED.sub(lambda _: "\\", text)
    if '\\char"' in text:
        text = _ascii(_CHARACTER.sub(lambda code: chr(int(code.group(1), 16)), text))
    if "\x0c" in text or "\x08" in text:
        text = re.sub(r"\\?\x0c", r"\\f", text)
        text = re.sub(r"\\?\x08", r"\\b", text)
    return text


def _ascii(text: str) -> str:
    text = _MIXED.sub(" ", _STYLED.sub(lambda run: unicodedata.normalize("NFKC", run.group()), text))
    text = _RAISED.sub(lambda run: f"^{{{run.group().translate(_raised())}}}", text)
    text = _LOWERED.sub(lambda run: f"_{{{run.group().translate(_lowered())}}}", text)
    text = _ROOT.sub(_root, text)
    return text.translate(_TABLE)


def _raised() -> dict[int, str]:
    return str.maketrans(_SUPERSCRIPTS)


def _lowered() -> dict[int, str]:
    return str.maketrans(_SUBSCRIPTS)


def _root(match: re.Match[str]) -> str:
    sign, radicand = match.groups()
    return f"{_ROOTS[sign]}{{{radicand}}}" if radicand else _ROOTS[sign]


def _html(match: re.Match[str]) -> str:
    if not match.group(1):
        return " "
    return f"{'^' if match.group(1).lower() == 'sup' else '_'}{{{match.group(2)}}}"


def _base(match: re.Match[str]) -> str:
    return f"_{{{next(base for base in match.groups() if base)}}}"
