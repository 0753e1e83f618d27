r"""The vocabulary of answers: LaTeX's commands, function names, units, and words that join or restrict.

Each table is data for the tokenizer and for the statement reader; nothing here has a rule of its own.
"""

from __future__ import annotations

SKIPPED = frozenset(
    {
        *("left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr"),
        *("Biggl", "Biggr", "bigm", "middle", "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "rm"),
        *("bf", "it", "mathopen", "mathclose", "mathbin", "mathrel", "mathord", "mathstrut", "noindent", "null"),
        *("Large", "large", "small", "normalsize", "par", "strut", "relax", "hfill", "centering", "boldmath"),
        *("checkmark", "blacksquare", "qedsymbol", "qed"),
    }
)
"""Commands that change only the look."""

LOOKS = frozenset({"color", "textcolor", "hspace", "vspace"})
"""Commands whose first braces hold a colour or a length."""

SPACES = frozenset(
    {
        *("quad", "qquad", "thinspace", "medspace", "thickspace", "negthinspace", "negmedspace", "negthickspace"),
        *("enspace", "space", "enskip", "hspace", "newline"),
    }
)
"""Commands that are white space."""

OPERATORS = {
    "cdot": "*",
    "times": "*",
    "ast": "*",
    "star": "*",
    "bullet": "*",
    "div": "/",
    "pm": "pm",
    "mp": "mp",
    "cup": "cup",
    "bigcup": "cup",
    "cap": "cap",
    "bigcap": "cap",
    "setminus": "minus",
    "smallsetminus": "minus",
    "backslash": "minus",
    "bmod": "mod",
    "mod": "mod",
    "choose": "choose",
    "over": "over",
    "mid": "mid",
    "colon": ":",
    "circ": "circ",
    "prime": "'",
}
"""Commands that stand between or after operands."""

RELATIONS = {
    "le": "<=",
    "leq": "<=",
    "leqslant": "<=",
    "leqq": "<=",
    "lt": "<",
    "ge": ">=",
    "geq": ">=",
    "geqslant": ">=",
    "geqq": ">=",
    "gt": ">",
    "ne": "!=",
    "neq": "!=",
    "approx": "~",
    "approxeq": "~",
    "simeq": "~",
    "sim": "~",
    "doteq": "~",
    "in": "in",
    "isin": "in",
    "notin": "notin",
    "subset": "subset",
    "subseteq": "subset",
    "equiv": "equiv",
    "cong": "equiv",
    "parallel": "parallel",
    "perp": "perp",
    "propto": "propto",
    "to": "to",
    "Rightarrow": "to",
    "Longrightarrow": "to",
    "rightarrow": "to",
    "longrightarrow": "to",
    "mapsto": "to",
}
"""Commands that relate two sides, as `rel` writes them."""

CONNECTIVES = frozenset({"land", "wedge", "lor", "vee", "implies", "iff", "Leftrightarrow", "because"})
"""Commands that join statements."""

OPENING = {
    "lfloor": "lfloor",
    "lceil": "lceil",
    "lvert": "|",
    "lVert": "|",
    "langle": "langle",
    "lbrace": "\\{",
    "lbrack": "[",
    "lparen": "(",
}
CLOSING = {
    "rfloor": "rfloor",
    "rceil": "rceil",
    "rvert": "|",
    "rVert": "|",
    "rangle": "rangle",
    "rbrace": "\\}",
    "rbrack": "]",
    "rparen": ")",
}
"""Commands that are brackets."""

CONSTANTS = {
    "pi": "pi",
    "infty": "oo",
    "infinity": "oo",
    "inf": "oo",
    "exponentialE": "e",
    "imaginaryI": "i",
    "imaginaryJ": "i",
    "imath": "i",
    "mathe": "e",
    "mathi": "i",
}
"""Names of the four constants beside the letters `e`, `i` and `I`."""

_PLAIN_FUNCTIONS = (
    "sin cos tan cot sec csc arcsin arccos arctan arccot arcsec arccsc sinh cosh tanh coth sech csch exp ln log "
    "min max gcd lcm det arg"
)
FUNCTION_NAMES = {name: name for name in _PLAIN_FUNCTIONS.split()} | {
    "lg": "lg",
    "tg": "tan",
    "ctg": "cot",
    "cosec": "csc",
    "arctg": "arctan",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "arsinh": "arsinh",
    "arcosh": "arcosh",
    "artanh": "artanh",
    "arcoth": "arcoth",
    "arsech": "arsech",
    "arcsch": "arcsch",
    "arcsinh": "arsinh",
    "arccosh": "arcosh",
    "arctanh": "artanh",
    "asinh": "arsinh",
    "acosh": "arcosh",
    "atanh": "artanh",
    "floor": "floor",
    "ceil": "ceil",
    "ceiling": "ceil",
    "abs": "abs",
    "sgn": "sgn",
    "sign": "sgn",
    "Re": "re",
    "Im": "im",
    "factorial": "fact",
    "binomial": "binom",
}
"""From a function's spelling to its name in `tree.FUNCTIONS`."""

INVERSES = {name: f"arc{name}" for name in ("sin", "cos", "tan", "cot", "sec", "csc")} | {
    name: f"ar{name}" for name in ("sinh", "cosh", "tanh", "coth", "sech", "csch")
}
"""What `\\sin^{-1}` and its like mean."""

LETTERS = frozenset(
    {
        *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
        *("xi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "ell", "hbar", "Gamma", "Delta"),
        *("Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "aleph", "partial", "nabla", "top"),
    }
)
"""Commands that are symbols; `\\varphi` and its like are the plain letters."""

FONTS = frozenset(
    {
        *("text", "textbf", "textit", "textrm", "textsf", "texttt", "textnormal", "textup", "mbox", "hbox", "emph"),
        *("mathrm", "mathbf", "mathit", "mathsf", "mathtt", "mathnormal", "mathcal", "mathscr", "mathfrak", "bm"),
        *("boldsymbol", "pmb", "underline", "operatorname", "operatorname*", "textsc", "mathop", "text*"),
    }
)
"""Commands whose braces hold words."""

ENCLOSING = frozenset({"boxed", "fbox", "ensuremath", "overbrace"})
"""Commands whose braces are only brackets around mathematics."""

FRACTIONS = frozenset({"frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac", "fracs"})
BINOMIALS = frozenset({"binom", "dbinom", "tbinom"})
ACCENTS = frozenset(
    {"overline", "bar", "dot", "vec", "hat", "widehat", "tilde", "overrightarrow", "overleftrightarrow"}
)
BIG_OPERATORS = frozenset({"sum", "prod", "int", "lim", "iint", "oint"})
"""Commands with a grammar of their own."""

MATRICES = frozenset({"matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "array"})
"""Environments that are matrices."""

SYSTEMS = frozenset({"cases", "aligned", "align", "gathered", "gather", "dcases", "split"})
"""Environments that are statements, one a line."""

PLAIN_WORDS = {
    "and": "and",
    "or": "or",
    "infinity": "oo",
    "infty": "oo",
    "inf": "oo",
    "oo": "oo",
    "pi": "pi",
    "sqrt": "sqrt",
    "cbrt": "cbrt",
    "Union": "cup",
    "union": "cup",
    "mod": "mod",
}
"""Words of plain text that mean something in an expression, beside the functions and the Greek letters."""

_UNITS = {
    "m": "meter meters metre metres",
    "cm": "cm centimeter centimeters centimetre centimetres cms",
    "mm": "mm millimeter millimeters millimetre millimetres",
    "km": "km kilometer kilometers kilometre kilometres kms",
    "inch": "inch inches",
    "foot": "foot feet ft",
    "yard": "yard yards yd yds",
    "mile": "mile miles mi",
    "g": "gram grams",
    "kg": "kg kilogram kilograms kgs",
    "mg": "mg milligram milligrams",
    "pound": "pound pounds lb lbs",
    "ounce": "ounce ounces oz",
    "ton": "ton tons tonne tonnes",
    "l": "liter liters litre litres",
    "ml": "ml mL milliliter milliliters",
    "gallon": "gallon gallons gal",
    "second": "second seconds sec secs",
    "minute": "minute minutes mins",
    "hour": "hour hours hr hrs",
    "day": "day days",
    "week": "week weeks",
    "month": "month months",
    "year": "year years yr yrs",
    "dollar": "dollar dollars usd USD",
    "cent": "cent cents",
    "euro": "euro euros",
    "yuan": "yuan",
    "rupee": "rupee rupees",
    "mph": "mph",
    "kmh": "kph kmh",
    "newton": "newton newtons",
    "joule": "joule joules",
    "watt": "watt watts",
    "volt": "volt volts",
    "radian": "radian radians rad rads",
    "unit": "unit units",
    "people": "people person persons",
    "student": "student students",
    "way": "ways",
    "time": "times",
    "point": "points",
    "coin": "coins",
    "acre": "acre acres",
    "hectare": "hectare hectares",
}
UNITS = {word: name for name, words in _UNITS.items() for word in words.split()}
"""From a unit word of two or more letters, as it may follow a number in plain text, to its one name."""

UNIT_PREFIXES = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}
"""Words before a unit that raise it to a power."""

PERCENT_WORDS = frozenset({"percent", "pct", "percentage", "percents"})
DEGREE_WORDS = frozenset({"degree", "degrees", "deg"})
