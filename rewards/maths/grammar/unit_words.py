r"""The vocabulary of units: measures, currencies, and what makes a word a noun that counts things.

`words.UNITS` has the words of two or more letters that are units in plain text too; here are the symbols and words
that are units only in `\text{...}`. `K` is none of them, since `300\text{K}` is more often 300,000.
"""

from __future__ import annotations

from rlvr.rewards.maths.grammar.words import UNITS


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.split())


_TEXT_UNITS = {
    "m": "m",
    "g": "g gm gms",
    "kg": "kilo kilos",
    "l": "l L",
    "hour": "h",
    "second": "s sec secs",
    "minute": "min mins",
    "inch": "ins",
    "dm": "dm decimeter decimeters decimetre decimetres",
    "nm": "nm nanometer nanometers",
    "um": "um micrometer micrometers micron microns",
    "ms": "ms millisecond milliseconds",
    "decade": "decade decades",
    "century": "century centuries",
    "cup": "cup cups",
    "pint": "pint pints",
    "quart": "quart quarts qt qts",
    "tablespoon": "tablespoon tablespoons tbsp",
    "teaspoon": "teaspoon teaspoons tsp",
    "dollar": "buck bucks",
    "euro": "EUR",
    "pound": "GBP",
    "yen": "yen JPY",
    "yensign": "",
    "yuan": "RMB CNY rmb",
    "rupee": "INR Rs rs",
    "won": "won KRW",
    "peso": "peso pesos",
    "ruble": "ruble rubles rouble roubles",
    "franc": "franc francs",
    "newton": "N",
    "kn": "kN kilonewton kilonewtons",
    "joule": "J",
    "kj": "kJ kilojoule kilojoules",
    "watt": "W",
    "kw": "kW kilowatt kilowatts",
    "mw": "MW megawatt megawatts",
    "kwh": "kWh",
    "volt": "V",
    "mv": "mV",
    "ampere": "A amp amps ampere amperes",
    "ma": "mA",
    "ohm": "ohm ohms",
    "coulomb": "coulomb coulombs",
    "hz": "Hz hertz",
    "khz": "kHz",
    "mhz": "MHz",
    "pascal": "Pa pascal pascals",
    "kpa": "kPa",
    "atm": "atm",
    "mole": "mol mole moles",
    "ev": "eV",
    "calorie": "calorie calories cal cals",
    "kcal": "kcal kcals",
    "kelvin": "kelvin kelvins",
    "celsius": "C celsius centigrade",
    "fahrenheit": "F fahrenheit",
    "degree": "degree degrees deg",
    "bit": "bit bits",
    "byte": "byte bytes",
    "kb": "KB kB",
    "mb": "MB",
    "gb": "GB",
    "knot": "knot knots",
    "rpm": "rpm",
    "am": "am AM",
    "pm": "pm PM",
}
MEASURES = (
    UNITS
    | {name: name for name in _TEXT_UNITS}
    | {word: name for name, words in _TEXT_UNITS.items() for word in words.split()}
)
"""From a unit's word or symbol, in its own case, to its one name."""

COUNTED = frozenset({"people", "student", "way", "time", "point", "coin"})
"""The names among `UNITS` that count things, and so may have an adjective beside them."""

COMPOUNDS = {"mph": {"mile": 1, "hour": -1}, "kmh": {"km": 1, "hour": -1}}
"""Units that have one word for a quotient."""

CURRENCIES = {
    "USD": "dollar",
    "EUR": "euro",
    "GBP": "pound",
    "JPY": "yen",
    "CNY": "yuan",
    "RMB": "yuan",
    "INR": "rupee",
}
"""Codes that may stand before an amount."""

CURRENCY_COMMANDS = {
    "euro": "euro",
    "texteuro": "euro",
    "pounds": "pound",
    "textsterling": "pound",
    "yen": "yensign",
    "textyen": "yensign",
    "textdollar": "dollar",
    "mathdollar": "dollar",
    "rupee": "rupee",
    "won": "won",
}
"""Commands that are a currency's sign; that of the yen is the yuan's too."""

SAME = frozenset(
    frozenset(pair)
    for pair in (
        ("yensign", "yen"),
        ("yensign", "yuan"),
        ("degree", "celsius"),
        ("degree", "fahrenheit"),
    )
)
"""Two names of what may be one unit."""

PLURALS = _words(
    "people persons men women children feet teeth geese mice oxen sheep fish deer dice cattle police aircraft shrimp",
    "salmon offspring loci foci radii data criteria phenomena bacteria formulae",
)
"""Plurals that do not end in s."""

FOLLOWERS = _words(
    "left total remaining altogether overall each apart away long wide high tall deep thick old ago later early late",
)
"""Words that may stand after the noun of a unit, or alone."""

NOUNS = _words(
    "apples oranges bananas eggs cookies cakes cupcakes candies chocolates pizzas slices pieces pages books notebooks",
    "pencils pens marbles balls blocks bricks boxes bags packs packets cans bottles jars crates cartons baskets",
    "buckets cards stickers stamps tickets toys dolls balloons cars trucks bikes buses trains seats chairs tables",
    "rooms houses floors windows doors trees flowers roses plants seeds leaves birds dogs cats cows horses goats pigs",
    "rabbits ducks chickens puppies kittens frogs animals legs wheels girls boys kids children women adults teachers",
    "friends players members customers guests workers employees passengers families teams games matches goals laps",
    "rounds trips flights songs movies episodes photos pictures letters words questions problems votes steps rows",
    "columns groups sets pairs cups pints quarts tablespoons teaspoons servings meals calories nickels dimes pennies",
    "clips shirts hats socks shoes gifts items tiles squares triangles circles cubes sides angles edges faces",
    "vertices diagonals points solutions roots values digits integers numbers factors divisors zeros primes subsets",
    "arrangements permutations combinations",
)
"""Nouns that may count things in plain text too, after a number and a space."""
