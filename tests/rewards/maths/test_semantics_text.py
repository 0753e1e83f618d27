r"""Symbols, words and the letters of choices: what is a product of variables, and what is a word.

Left out as policy: `AB` and `BA`, a choice's letter in the other case.
"""

import pytest

from tests.rewards.maths.rows import Case, check, rows

SYMBOLS: list[Case] = [
    ("x", ["(x)", "$x$", "1x", "x^1"], ["X", "y", "-x", "2x", "x_1", "x^2", r"\text{the}", "xx", r"\chi"]),
    ("x_1", ["x_{1}", "x_1", "$x_{1}$"], ["x_2", "x", "x^1", "X_1", "y_1", "x_{11}"]),
    (
        "ab",
        ["ba", r"a\cdot b", "a*b", "a b", r"a \times b", "(a)(b)"],
        ["a+b", "aB", "Ab", "ac", "a", "a^b", "a_b", "a/b"],
    ),
    (
        "3R^2",
        ["3 R^2", "3*R^2", "3R^{2}", r"3 \cdot R^2", r"R^2\cdot3", r"3R\cdot R", "3R**2", "R*R*3"],
        ["3r^2", "(3R)^2", "3R", "9R^2", "3R2", "R^2", "3R^3", "2R^3", "3+R^2"],
    ),
    ("p - q", ["-q+p", "p-q", "p+(-q)", "-(q-p)"], ["q-p", "p+q", "P-Q", "pq", "p", "p-2q"]),
    (r"\alpha+\beta", [r"\beta+\alpha", "α+β"], ["a+b", r"\alpha-\beta", r"\alpha\beta", r"\alpha+\gamma", r"\alpha"]),
    (r"\theta", ["θ", r"(\theta)"], [r"\phi", r"\Theta", "0", "t", r"\theta_1"]),
    (r"\pi", ["π", "pi", r"\pi{}"], ["p", "i", r"\Pi", "pie", r"\pi i", r"\rho"]),
    ("2k+2", ["2(k+1)", "2+2k", "k+k+2"], ["2k+1", "2K+2", "k+2", "4k", "2n+2"]),
    ("kx", ["xk"], ["Kx", "k+x", "x^k"]),
    (r"\mathbf{v}", [r"\mathbf{v}"], [r"\mathbf{w}", r"\mathbf{V}", "0"]),
]

WORDS: list[Case] = [
    (
        r"\text{Evelyn}",
        [
            "Evelyn",
            "evelyn",
            r"\text{evelyn}",
            r"\textbf{Evelyn}",
            r"\mathrm{Evelyn}",
            r"\mbox{Evelyn}",
            r"\text{ Evelyn }",
            "EVELYN",
            "Evelyn.",
        ],
        [
            "Carla",
            "Eve",
            "Evelyn and Carla",
            "Evelyne",
            "not Evelyn",
            r"\text{Lyneve}",
            "nylevE",
            r"\text{Briana}",
            "5",
            "E",
        ],
    ),
    (
        r"\text{even}",
        ["even", "Even", r"\textit{even}", r"\text{Even}"],
        ["odd", "neven", "neve", "even or odd", "uneven", "e", "seven"],
    ),
    ("odd", [r"\text{odd}", "Odd", r"\text{ odd}"], ["even", "ddo", "dod", "odd and even", "o"]),
    (r"\text{east}", ["east", "East"], ["seat", "west", "teas", "eats", "northeast", "least"]),
    (
        r"\text{ellipse}",
        ["ellipse", r"\textbf{ellipse}"],
        ["circle", "hyperbola", "ellipses and circles", "parabola", "eclipse"],
    ),
    ("bat", ["bat", r"\text{bat}", "BAT"], ["tab", "abt", "cat", "bats", "b", "a"]),
    ("abc", ["abc"], ["cab", "bca", "abcd", "ab", "abd"]),
    ("listen", ["Listen"], ["silent", "enlist"]),
    (
        r"\text{The midpoints form a regular hexagon}",
        [
            "the midpoints form a regular hexagon",
            "The  midpoints form a  regular hexagon",
            r"\text{the midpoints form a regular hexagon}",
        ],
        ["The midpoints form a regular pentagon", "regular", "The midpoints do not form a regular hexagon"],
    ),
    (
        "no solution",
        [r"\text{no solution}", "No  Solution", r"\text{No solution}."],
        ["one solution", "solution", "no solutions but one", "0", "noitulos on"],
    ),
    ("yes", ["Yes", r"\text{yes}", "YES"], ["no", "eyes", "sey", "yes and no", "y"]),
    ("True", ["true", r"\text{True}", r"\mathrm{true}"], ["False", "untrue", "not true", "t"]),
    (r"\text{Navin}", ["Navin", r"\text{ navin}"], ["Vanin", "Luis", "Navin, Luis"]),
    ("Monday", [r"\text{Monday}", "monday"], ["Tuesday", "Sunday", "Dynamo", "Monday or Tuesday"]),
]

CHOICES: list[Case] = [
    (
        r"\text{(C)}",
        [
            "(C)",
            "C",
            r"\text{C}",
            r"\textbf{C}",
            r"\textbf{(C)}",
            r"\mathrm{C}",
            r"\mathrm{(C)}",
            r"\text{(C) }",
            r"\boxed{C}",
            "$C$",
            "C.",
        ],
        [
            "(D)",
            "D",
            r"\text{(B)}",
            "(C, D)",
            "A",
            "CC",
            r"\text{(C) or (D)}",
            "3",
            "C or D",
            "A, C",
            r"\textbf{(A)}",
            "CD",
        ],
    ),
    ("E", [r"\text{E}", r"\text{(E)}", "(E)", r"\textbf{(E)}"], ["B", r"\text{(D)}", "5", "EE", "A, E", "3"]),
    ("B", [r"\text{(B)}", "(B)", r"\textbf{B}"], [r"\text{(A)}", "8", "13", "D", "AB", "(A), (B)"]),
]

ANSWERS: list[Case] = [
    ("C", [r"\text{Option C}", "Choice C", "Option (C)", "Answer: C", "The answer is (C)"], ["Option D", "Option CD"]),
    (
        "C",
        [r"\textbf{(C)}\ 5", r"\textbf{(C) }5", r"\text{(C) 5}", "(C) 5", r"\textbf{(C)} \quad \frac12", "(C) Alina"],
        [r"\textbf{(D)}\ 5", r"\textbf{(C)}\ 5 \textbf{(D)}\ 6", "(C) or (D)", "(C), (D)", "5C"],
    ),
    (
        "C",
        [
            "C. 5",
            "C) 5",
            r"C. \frac12",
            "C. Alina",
            "(C) 5c",
            "(C) 5/d",
            "(C) 12 and 8",
            "(C) Both A and B",
            "(C) Hepatitis B",
        ],
        ["D. 5", "C.5", "C. 5 D. 6", "C. 5 or D. 6", "C. 5\nD. 6", "C. x"],
    ),
    (
        "C",
        [],
        [
            "(C) 5 and D",
            "(C) 5, D",
            "(C) 5; D",
            "(C) 5 & D",
            "(C) blue / D",
            "(C) 5 D",
            r"(C) 5 \text{ and } D",
            "C. 5, D",
        ],
    ),
    ("C. 5", ["5", "C", "(C)", "(C) 5"], ["6", "D", "D. 5", "C. 6"]),
    (
        r"\textbf{(C)}\ 5",
        ["5", "C", "(C)", "(C) 5", r"\text{Option C}", r"5\text{ cm}"],
        ["6", "D", r"\textbf{(D)}\ 5", "(C) 6", "5C", "C5"],
    ),
    ("A, B, D", [r"\text{A, B, D}", r"\text{A, B and D}", "D, B, A"], [r"\text{A, B}", r"\text{A, B, C}", "ABD"]),
    (
        r"\text{no solution}",
        [r"\text{No solutions}", r"\text{none}", "There is no solution", r"\text{No solution exists}", r"\emptyset"],
        ["0", r"\text{one solution}", r"\{0\}", r"\text{all real numbers}"],
    ),
    (r"\text{ellipse}", [r"\text{an ellipse}", "An ellipse", "the ellipse"], [r"\text{not an ellipse}", "a circle"]),
    ("1:2", [r"1\text{ to }2", "1/2"], [r"2\text{ to }1", r"1\text{ to }3", r"1\text{ to two}"]),
]

SENTENCES: list[Case] = [
    (
        "5",
        [
            r"\text{The answer is } 5",
            r"\text{The answer is 5.}",
            r"\text{Answer: } 5",
            r"\text{Final Answer: } 5",
            "Final answer: $x = 5$",
            "Answer $5$",
            r"5\text{.}",
            r"5 \checkmark",
            "5 ✓",
            r"\text{The area is 5}",
            "The smallest root is 5",
            "The area of triangle $ABC$ is 5",
            "The number of points that could be on it is 5",
            r"5 \text{ (about } 4.99 \text{)}",
        ],
        [
            r"\text{The wrong answer is } 5",
            r"\text{The answer is not 5}",
            r"\text{Answer: not } 5",
            r"\text{Answer: } 5 \text{ or } 6",
            "The incorrect value is 5",
            "The answer divided by two is 5",
            "The answer $+2$ is 5",
            "The square of the answer is 5",
            "The other answer is 5",
            "The estimate is 5",
            "The upper bound is 5",
            "Our guess is 5",
            "The answer is less than 5",
            "So the answer isn't 6 but is 5",
            r"5 \text{ (about } 4.99 \text{) or } 6",
        ],
    ),
    (
        r"\text{even}",
        [r"\text{The answer is even}", "The answer is even", r"\text{the answer is } \text{even}"],
        [r"\text{The answer is odd}", r"\text{The answer is not even}"],
    ),
]

QUALIFIED: list[Case] = [
    (
        "2k",
        [r"2k \text{ for any integer } k", "2k for all integers k", r"2k\text{ where }k\in\mathbb{Z}"],
        ["2k+1 for all integers k", r"k\text{ for any }k"],
    ),
    (
        "5",
        [r"5 \text{ when } x=3", "5 for all x", r"\text{only } 5", "only 5", r"5\text{ for all real }x"],
        ["only 4", r"4 \text{ when } x=5", "6 for all x"],
    ),
    (
        "f(x) = 2x",
        [r"f(x)=2x \text{ for all } x", r"f(x) = 2x\text{ for all }x\in\mathbb{R}"],
        [r"f(x)=3x\text{ for all }x", r"f(x)=x\text{ for all }x"],
    ),
    ("x^2", [r"x^2 \text{ where } x>0", r"x^2\text{ for all }x"], [r"x \text{ where } x^2>0", r"x^3\text{ for all }x"]),
    (r"\text{only } 3", ["3", "only 3"], ["4", "only 4", "3, 4"]),
]


@pytest.mark.parametrize(("reference", "answer", "right"), rows(SYMBOLS))
def test_a_symbol_is_its_exact_name(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(WORDS + CHOICES))
def test_a_word_is_itself_and_no_product_of_letters(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(ANSWERS))
def test_a_choice_or_a_phrase_may_be_spelled_in_many_ways(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(SENTENCES))
def test_a_sentence_says_its_value_unless_a_word_changes_it(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(QUALIFIED))
def test_words_that_only_qualify_are_dropped(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


CASES = [*SYMBOLS, *WORDS, *CHOICES, *ANSWERS, *SENTENCES, *QUALIFIED]
