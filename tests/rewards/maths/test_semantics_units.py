r"""Percent signs, degree signs and units: what a mark after a number means, and when it may be left out.

Left out as policy: `28 percent` in words, degrees within a function (`\sin 30^\circ`).
"""

import pytest

from tests.rewards.maths.rows import Case, check, rows

PERCENT: list[Case] = [
    (
        r"62.5\%",
        [
            "62.5%",
            "5/8",
            "0.625",
            r"\frac{5}{8}",
            r"62.5 \%",
            r"62.50\%",
            r"$62.5\%$",
            r"\frac{125}{2}\%",
            r"62\frac12\%",
        ],
        ["62.5", r"6.25\%", r"625\%", "0.00625", "625", r"62.6\%", "8/5", r"-62.5\%", r"62\%"],
    ),
    ("5/8", [r"62.5\%", "62.5%", "0.625"], ["62.5", r"0.625\%", r"5/8\%", r"37.5\%"]),
    (r"100\%", ["1", "1.0", "100%"], ["100", "0.01", r"10\%", r"1\%"]),
    (r"150\%", ["3/2", "1.5", r"1\frac12"], ["150", "15", r"1.5\%"]),
    (r"0.5\%", ["0.005", "1/200"], ["0.5", r"50\%", "1/2", r"5\%"]),
    (r"33\frac13\%", ["1/3", r"\frac{100}{3}\%"], [r"33\%", "33.3", r"33\frac13", r"33.3\%"]),
    ("20", ["20.0"], [r"20\%", "20%", "0.2"]),
    (r"x\%", [r"\frac{x}{100}", "0.01x"], ["x", "100x"]),
]

DEGREES: list[Case] = [
    (
        r"90^\circ",
        [
            "90",
            r"90^{\circ}",
            "90°",
            "90 degrees",
            r"90\text{ degrees}",
            r"90\degree",
            r"90 ^\circ",
            r"$90^\circ$",
            "90.0°",
        ],
        [
            r"\frac{\pi}{2}",
            "9",
            r"91^\circ",
            "90^0",
            r"180^\circ",
            r"-90^\circ",
            "1.5707963",
            r"90\%",
            r"\frac{\pi}{2}^\circ",
        ],
    ),
    ("59", ["59 degrees", r"59^\circ", "59°"], [r"95^\circ", "5.9°", r"590^\circ", "58 degrees"]),
    (r"\frac{\pi}{2}", [r"\pi/2"], [r"90^\circ", "90", r"\frac{\pi}{3}"]),
    (
        r"\frac{270}7\text{ degrees}",
        [r"\frac{270}{7}", r"\frac{270}{7}^\circ", "270/7", r"38\frac47"],
        ["270", "7/270", "38.57"],
    ),
    (
        r"45^\circ, 135^\circ",
        ["45, 135", r"135^\circ, 45^\circ", "135,45"],
        [r"45^\circ", r"45^\circ, 136^\circ", "(135,45)"],
    ),
    (r"72 \text{ degrees}", ["72", r"72^\circ"], ["27", "0.72", r"72\%"]),
]

UNITS: list[Case] = [
    (
        r"15\mbox{ cm}^2",
        ["15", r"15\text{ cm}^2", r"15 \mathrm{cm}^2", r"15\,\text{cm}^2", r"15 \text{ cm}^{2}", "15 cm^2", "15.0"],
        [r"15\text{ cm}^3", r"15\text{ m}^2", r"16\text{ cm}^2", "225", r"15\text{ cm}", "15^2", r"15\mathrm{mm}^2"],
    ),
    (
        r"864 \mbox{ inches}^2",
        ["864", r"864\text{ inches}^2", r"864 \text{ inches}^{2}", r"864\mbox{ inches}^2"],
        [r"864\text{ feet}^2", r"864\text{ inches}", r"864\text{ inches}^3", "648", r"72\text{ inches}^2"],
    ),
    (
        r"5.4 \text{ cents}",
        ["5.4", r"5.4\text{ cents}", "5.4 cents", "27/5", r"5.4 \mathrm{ cents}"],
        ["54", r"5.4\text{ dollars}", "4.5", "0.054", r"5.5\text{ cents}", "5"],
    ),
    (
        "10",
        [r"10\text{ units}", r"10\ \text{units}", "10 meters", "10 cm", "10 miles"],
        [r"100\text{ units}", "10m", "10x"],
    ),
    (
        "125",
        [r"125\textnormal{ miles}", r"125 \text{ miles}", "125 miles"],
        [r"152\text{ miles}", r"12.5\text{ miles}"],
    ),
    (
        r"\frac{1}{3}",
        [r"\frac{1}{3} \text{meters}", r"\frac13\text{ cup}", "1/3 hours"],
        [r"\frac12\text{ cup}", "1/3x"],
    ),
    (
        r"3\text{ m}",
        ["3", r"3 \mathrm{m}", r"3\text{ m}"],
        [r"3\text{ km}", r"3\text{ s}", r"3\text{ m}^2", r"30\text{ m}"],
    ),
    (r"5\text{ cm}", ["5", r"5\mathrm{\ cm}", "5 cm"], [r"50\text{ mm}", r"5\text{ inches}", r"5\text{ cm}^2"]),
    (r"3\text{ hours}", ["3", "3 hours"], [r"3\text{ minutes}", "3 days", r"180\text{ minutes}", "30"]),
    (
        "9.8 m/s^2",
        ["9.8", r"9.8\text{ m/s}^2", r"9.8\,\mathrm{m/s^2}", "9.8 m/s^{2}"],
        ["9.8 m/s", "9.8 km/s^2", "9.8 N/m"],
    ),
    (
        "2.7 g/cm^3",
        ["2.7", r"2.7\text{ g/cm}^3", r"2.7\,\mathrm{g/cm^3}", "2.7 grams per cubic centimeter"],
        ["2.7 g/cm^2", "2.7 kg/cm^3", "2.7 g/cm", "27 g/cm^3"],
    ),
    ("4.2 J/kg", ["4.2", r"4.2\text{ J/kg}"], ["4.2 N/kg", "4.2 J/g", "4.2 J"]),
    (
        "60 km/h",
        ["60", r"60\text{ km/h}", r"60\,\mathrm{km}/\mathrm{h}", "60 kilometers per hour"],
        ["60 km/s", "60 m/s"],
    ),
    (r"12\text{ m/s}", ["12", r"12\,\mathrm{m/s}"], [r"12\text{ m/s}^2", r"12\text{ km/h}", r"21\text{ m/s}"]),
    (r"4\pi", [r"4\pi\text{ cm}^2", r"4\pi \text{ units}"], [r"4\text{ cm}^2", r"4\pi^2", r"16\pi\text{ cm}^2"]),
    (r"2\sqrt{5}", [r"2\sqrt{5}\text{ units}", r"2\sqrt5\text{ cm}"], [r"5\sqrt2\text{ units}", r"2\text{ units}"]),
    (r"0.06 \text{ yuan}", ["0.06", r"0.06\text{ yuan}"], ["6", r"0.6\text{ yuan}", r"0.06\text{ dollars}"]),
    ("8.5 feet", ["8.5", r"8.5\text{ feet}", "17/2"], ["8.5 inches", "85 feet", r"8.5\text{ meters}"]),
]

NOT_UNITS: list[Case] = [
    ("2", [], ["2t", "2x", "2 t", "2 y", "2n", r"2\pi", "2a", "2i", "2e", r"2\theta", "2 x"]),
    ("2t", ["t*2", "t+t"], ["2", "t", "2s", "t^2"]),
    ("6", [], [r"6\text{ or }7", r"6 \text{ and } 7", "6 or 7", "6 and 7", r"6\text{ or }-6"]),
    ("5m", ["m*5", "5*m"], ["5", "5n"]),
    (r"\frac{5m}{s}", ["5m/s", "5*m/s"], ["5", "5m"]),
    ("5", [], ["5m/s", "5 m/n", "5 m/s + x", "5 m/sx", "5 km/x", "5 s/m", "5g/cm", "5 n/cm", "5 g/cm + x"]),
]


ONE_UNIT: list[Case] = [
    (
        r"15\mbox{ cm}^2",
        [
            r"15\,\mathrm{cm^2}",
            r"15\text{ cm²}",
            r"15 \text{ cm}^{2}",
            r"15\text{ sq cm}",
            r"15\text{ sq. cm}",
            r"15\text{ cm squared}",
            r"15 \mathrm{~cm}^{2}",
            "15 square centimeters",
        ],
        [r"15\,\mathrm{cm}", r"15\text{ square inches}", r"15^\circ", r"15\text{ apples}"],
    ),
    (
        r"864 \mbox{ inches}^2",
        [r"864\text{ in}^2", r"864\text{ sq in}", r"864\text{ in.}^2", r"864\text{ sq. in.}", r"864\,\mathrm{in^2}"],
        [r"864\text{ in}", r"864\text{ sq ft}"],
    ),
    (
        r"5 \frac{\text{m}}{\text{s}}",
        [
            r"5\text{ m/s}",
            r"5 \text{ meters per second}",
            "5",
            r"5\,\mathrm{m}\cdot\mathrm{s}^{-1}",
            r"5\frac{\mathrm{m}}{\mathrm{s}}",
            r"5 \mathrm{~m} / \mathrm{s}",
            "5 meters/second",
        ],
        [r"5\text{ m/s}^2", r"5\text{ m}", r"5\text{ s/m}", r"5\text{ m s}", r"5 \frac{\text{s}}{\text{m}}"],
    ),
    (
        r"60\text{ mph}",
        ["60 mph", r"60\text{ miles per hour}", r"60\text{ mi/h}", r"60\text{ miles an hour}"],
        ["60 km"],
    ),
    (
        "12",
        [r"12\text{ min}", "12 min", r"12\text{ sec}", r"12\text{ s}", r"12\text{ h}", r"12\text{ min.}"],
        ["12m", "12s", "12 min 3"],
    ),
    (r"12\text{ minutes}", ["12 min", r"12\text{ min}"], [r"12\text{ sec}", r"12\text{ h}", r"12\text{ m}"]),
    (r"2 + \sqrt{3}", [r"2 + \sqrt{3}\text{ cm}", r"2\text{ cm} + \sqrt3\text{ cm}"], [r"2 + \sqrt{2}\text{ cm}"]),
    (r"x \ge 5\text{ cm}", [r"x \ge 5", r"[5, \infty)"], [r"x \ge 5\text{ m}", r"x > 5\text{ cm}"]),
    (
        r"20^\circ\text{C}",
        ["20", r"20^\circ", "20°C", r"20\text{ degrees Celsius}"],
        [r"20^\circ\text{F}", r"20\text{ cm}", r"21^\circ\text{C}"],
    ),
    (r"3\text{ cm}", ["3"], [r"3^\circ", r"3\text{ degrees}", r"3\%"]),
    (r"3^\circ", ["3", "3 degrees"], [r"3\text{ radians}", "3 radians", r"3\text{ cm}"]),
    (
        r"3:30 \text{ p.m.}",
        [r"3:30\text{ PM}", "3:30 pm", "3:30 p.m.", "3:30"],
        [r"3:30\text{ a.m.}", "3:30 AM", r"3:31\text{ p.m.}"],
    ),
    ("T - mg", ["-gm + T"], ["T", "T - m", "T - g"]),
    ("2", [], ["2mg", "2mi", "2cm"]),
]


@pytest.mark.parametrize(("reference", "answer", "right"), rows(PERCENT))
def test_a_percent_is_a_hundredth(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(DEGREES))
def test_a_degree_sign_may_be_left_out_and_is_never_radians(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(UNITS + NOT_UNITS))
def test_a_unit_may_be_left_out_and_never_differs(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(ONE_UNIT))
def test_a_unit_is_the_same_in_every_spelling(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


CASES = [*PERCENT, *DEGREES, *UNITS, *NOT_UNITS, *ONE_UNIT]
