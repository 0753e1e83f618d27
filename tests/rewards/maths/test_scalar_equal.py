r"""Two expressions decided: identities of every kind that must hold, each beside what must not pass for it."""

from __future__ import annotations

import pytest

from rlvr.rewards.maths.grammar.reading import read
from rlvr.rewards.maths.truth import Truth
from rlvr.rewards.maths.values.scalar import equal

NUMBERS = r"""
\frac{3}{56} = \frac{6}{112} != \frac{3}{57}
1.5 = \frac32 != 1.49
0.\overline{3} = \frac13 != 0.3333
50\% = \frac12 != 50
1.20 = 1.2 != 1.21
10^{100} = 10^{50}\cdot10^{50} != 10^{101}
\frac13 = \frac{1}{3} != \frac13+10^{-60}
-2^2 = -4 != 4
2^{-3} = \frac18 != 8
100! = 100\cdot99! != 99!
"""
RADICALS = r"""
3\sqrt{13} = \sqrt{117} != 2\sqrt{13}
\sqrt{12} = 2\sqrt3 != 3\sqrt2
\frac{1}{\sqrt2} = \frac{\sqrt2}{2} != \sqrt2
\sqrt{\frac12} = \frac{\sqrt2}{2} != \frac12
\sqrt{3+2\sqrt2} = 1+\sqrt2 != 1-\sqrt2
\sqrt{3-2\sqrt2} = \sqrt2-1 != 1-\sqrt2
\sqrt{5+\sqrt{24}} = \sqrt2+\sqrt3 != \sqrt2+\sqrt5
\sqrt{4+\sqrt{15}} = \frac{\sqrt{10}+\sqrt6}{2} != \frac{\sqrt{10}-\sqrt6}{2}
\sqrt[3]{2+\sqrt5}+\sqrt[3]{2-\sqrt5} = 1 != 1+10^{-20}
\sqrt[3]{7+5\sqrt2} = 1+\sqrt2 != 1+\sqrt3
\sqrt[4]{17+12\sqrt2} = 1+\sqrt2 != \sqrt2
\frac{1}{1+\sqrt2+\sqrt3} = \frac{2+\sqrt2-\sqrt6}{4} != \frac{2+\sqrt2+\sqrt6}{4}
\frac{1}{1+\sqrt[3]2} = \frac{1-\sqrt[3]2+\sqrt[3]4}{3} != \frac{1-\sqrt[3]2}{3}
\frac{2}{\sqrt[3]{2}} = \sqrt[3]{4} != \sqrt[3]{2}
\sqrt2 = 2^{1/2} != \sqrt2+10^{-80}
(-8)^{1/3} = -2 != 2
(-8)^{2/3} = 4 != -4
\sqrt[3]{-27} = -3 != 3
\left(\frac{1+\sqrt5}{2}\right)^{5} = \frac{11+5\sqrt5}{2} != \frac{11-5\sqrt5}{2}
\left(\frac{1+\sqrt5}{2}\right)^{-1} = \frac{\sqrt5-1}{2} != \frac{1-\sqrt5}{2}
\sqrt2\sqrt3 = \sqrt6 != \sqrt5
\frac{5\sqrt{42}}{27} = \frac{10\sqrt{10.5}}{27} != \frac{10\sqrt{10}}{27}
\sqrt{2+\sqrt2}\sqrt{2-\sqrt2} = \sqrt2 != 2
(2+\sqrt3)^{300}(2-\sqrt3)^{300} = 1 != 2
\cos\frac{\pi}{9}\cos\frac{2\pi}{9}\cos\frac{4\pi}{9} = \frac18 != \frac14
\tan\frac{3\pi}{11}+4\sin\frac{2\pi}{11} = \sqrt{11} != \sqrt{10}
\sqrt[3]{\sqrt[3]{2}-1} = \sqrt[3]{\frac19}-\sqrt[3]{\frac29}+\sqrt[3]{\frac49} != \sqrt[3]{\frac19}
\sqrt{9} = 3 != -3
\sqrt[5]{0} = 0 != 1
2^{0.5} = \sqrt2 != 1.41421356237309504880
"""
TRIGONOMETRY = r"""
\sin^2 x+\cos^2 x = 1 != 2
\tan^2 x+1 = \sec^2 x != \csc^2 x
\sin 2x = 2\sin x\cos x != \sin x\cos x
\cos x = 1-2\sin^2(x/2) != 1-\sin^2(x/2)
\cos 3x = 4\cos^3 x-3\cos x != 4\cos^3 x+3\cos x
\sin(x+y) = \sin x\cos y+\cos x\sin y != \sin x\cos y-\cos x\sin y
\frac{1-\cos x}{\sin x} = \tan(x/2) != \cot(x/2)
\cos(\pi/5) = \frac{1+\sqrt5}{4} != \frac{\sqrt5-1}{4}
\sin(\pi/5) = \frac{\sqrt{10-2\sqrt5}}{4} != \frac{\sqrt{10+2\sqrt5}}{4}
\cos\frac{36\pi}{180} = \frac{1+\sqrt5}{4} != \frac{1-\sqrt5}{4}
\tan(\pi/12) = 2-\sqrt3 != 2+\sqrt3
\cos(\pi/8) = \frac{\sqrt{2+\sqrt2}}{2} != \frac{\sqrt{2-\sqrt2}}{2}
\cos(2\pi/7)+\cos(4\pi/7)+\cos(6\pi/7) = -\frac12 != \frac12
\frac{1}{2\sin(\pi/26)} = \frac{1}{2\cos(6\pi/13)} != \frac{1}{2\cos(5\pi/13)}
\arctan(1/2)+\arctan(1/3) = \frac{\pi}{4} != \frac{\pi}{3}
\arctan(2-\sqrt3) = \frac{\pi}{12} != -\frac{\pi}{12}
\arctan(\sqrt3-2) = -\frac{\pi}{12} != \frac{\pi}{12}
\arcsin x+\arccos x = \frac{\pi}{2} != \pi
\sin^{-1}(1) = \frac{\pi}{2} != \frac{1}{\sin 1}
\arcsin(\sin x) = \arcsin(\sin(x)) != x
\sin(x+\pi) = -\sin x != \sin x
\cos(x+\frac{\pi}{2}) = -\sin x != \sin x
\cosh^2 x-\sinh^2 x = 1 != -1
4\arctan\frac15-\arctan\frac{1}{239} = \frac{\pi}{4} != \frac{\pi}{4}+\pi
\arctan x+\arctan\frac1x = \frac{\pi}{2}\cdot\frac{x}{|x|} != \frac{\pi}{2}
\arccos\frac35 = \arctan\frac43 != \arctan\frac34
\sin(2\arcsin x) = 2x\sqrt{1-x^2} != 2x
\frac{\tan x+\tan y}{1-\tan x\tan y} = \tan(x+y) != \tan(x-y)
\ln|\sec x+\tan x| = -\ln|\sec x-\tan x| != \ln|\sec x-\tan x|
\sinh x = \frac{e^x-e^{-x}}{2} != \frac{e^x+e^{-x}}{2}
\operatorname{arsinh}(1) = \ln(1+\sqrt2) != \ln(\sqrt2-1)
\cot x = \frac{\cos x}{\sin x} != \tan x
\tan x = \frac{\sin 2x}{1+\cos 2x} != \frac{\sin 2x}{1-\cos 2x}
"""
LOGARITHMS = r"""
\log_2 8 = 3 != 2
\log_4 8 = \frac32 != \frac23
\ln 8 = 3\ln 2 != 2\ln 3
\ln(xy) = \ln x+\ln y != \ln x\ln y
\ln(x/y) = \ln x-\ln y != \ln y-\ln x
\ln(x^3) = 3\ln x != 2\ln x
\log_2 3\cdot\log_3 2 = 1 != 2
\log 100 = 2 != \ln 100
\log_2 x = \frac{\ln x}{\ln 2} != \frac{\ln 2}{\ln x}
2^{\log_2 x} = x != 2x
e^{\ln x} = x != -x
e^{2\ln 3} = 9 != 6
3^{x} = e^{x\ln 3} != e^{3x}
\ln(e^x) = x != e
\ln\sqrt e = \frac12 != 2
\log_{10} 2+\log_{10} 5 = 1 != \log_{10} 7
\ln(2+\sqrt3)+\ln(2-\sqrt3) = 0 != 1
x^{\ln 2} = 2^{\ln x} != 2^x
"""
COMPLEX = r"""
e^{i\pi} = -1 != 1
e^{i\pi/2} = i != -i
(1+i)^8 = 16 != -16
e^{2\pi i/3} = -\frac12+\frac{\sqrt3}{2}i != -\frac12-\frac{\sqrt3}{2}i
\frac{1}{1+i} = \frac{1-i}{2} != \frac{1+i}{2}
i^{2} = -1 != 1
i^{-1} = -i != i
\frac{1}{x+i} = \frac{x-i}{x^2+1} != \frac{x+i}{x^2+1}
|3+4i| = 5 != 7
\sqrt{-4} = 2i != -2
\sqrt{2i} = 1+i != 1-i
e^{ix} = \cos x+i\sin x != \cos x-i\sin x
6-5i = -5i+6 != 6+5i
\left(\frac{1+i}{\sqrt2}\right)^4 = -1 != i
\left(\frac{1+i\sqrt3}{2}\right)^{2023} = \frac{1+i\sqrt3}{2} != \frac{1-i\sqrt3}{2}
(1+i)^{100} = -2^{50} != 2^{50}
\sqrt{-3+4i} = 1+2i != 1-2i
\frac{2+3i}{1-i} = \frac{-1+5i}{2} != \frac{5-i}{2}
"""
ALGEBRA = r"""
(x+1)^2 = x^2+2x+1 != x^2+x+1
(a+5)(b+2) = ab+2a+5b+10 != ab+5a+2b+10
\frac{\pi r}{h+r} = \frac{r\pi}{r+h} != \frac{\pi r}{h-r}
\frac1x+\frac{1}{x+1} = \frac{2x+1}{x(x+1)} != \frac{2x+1}{x(x+2)}
\frac{x^2-1}{x-1} = x+1 != x-1
\frac{1}{1-x} = -\frac{1}{x-1} != \frac{1}{x-1}
a+b-a = b != a
x = \frac{2x}{2} != y
x^{2/3} = (\sqrt[3]{x})^2 != x^{3/2}
x^n x^m = x^{n+m} != x^{nm}
(xy)^2 = x^2y^2 != xy^2
e^{x+y} = e^xe^y != e^{xy}
4^x = 2^{2x} != 2^{x+2}
2\cdot2^x = 2^{x+1} != 4^x
6^x = 2^x3^x != 5^x
(a+b+c+d)^{1000} = (d+c+b+a)^{1000} != (d+c+b-a)^{1000}
(a-b)^{1000} = (b-a)^{1000} != (a+b)^{1000}
(a-b)^{999} = -(b-a)^{999} != (b-a)^{999}
\frac{x}{\sqrt x} = \sqrt x != x
\frac{x^3-y^3}{x-y} = x^2+xy+y^2 != x^2-xy+y^2
\frac{1}{\frac1a+\frac1b} = \frac{ab}{a+b} != a+b
(1-x)(1+x+x^2+x^3+x^4) = 1-x^5 != 1+x^5
\frac{1}{\sqrt x+\sqrt y} = \frac{\sqrt x-\sqrt y}{x-y} != \frac{\sqrt x+\sqrt y}{x-y}
"""
DOMAINS = r"""
\frac{1}{\sqrt n} = \sqrt{\frac1n} != \sqrt n
\sqrt{x^2} = |x| != x
\sqrt{x^2+2x+1} = |x+1| != x+1
\sqrt{(x-100)^2} = |x-100| != 100-x
|x-100| = |100-x| != 100-x
|x-100| = \max(x-100, 100-x) != x-100
|xy| = |x||y| != xy
|x|^2 = x^2 != x
\max(x, 50) = \max(50, x) != x
\max(x, 50) = \frac{x+50+|x-50|}{2} != 50
\min(x, y) = \frac{x+y-|x-y|}{2} != x
\sqrt{xy} = \sqrt x\sqrt y != xy
\sqrt[4]{x^2} = \sqrt{|x|} != \sqrt[3]{x}
\sqrt[6]{x^2} = \sqrt[3]{|x|} != \sqrt[3]{x}
\sqrt[3]{x^3} = x != |x|
\sqrt{x^4} = x^2 != x^4
\ln(x^2) = 2\ln|x| != \ln x
\sqrt{x-100} = \sqrt{x-100} != \sqrt{x-101}
\frac{|x|}{x} = \frac{x}{|x|} != 1
|{\sqrt2-2}| = 2-\sqrt2 != \sqrt2-2
|x-100|+|x-101| = |101-x|+|100-x| != |2x-201|
"""
DISCRETE = r"""
\frac{n!}{(n-2)!} = n(n-1) != n(n-2)
(n+1)! = (n+1) n! != n\cdot n!
\binom{n}{2} = \frac{n(n-1)}{2} != \frac{n(n+1)}{2}
\binom{n}{k} = \binom{n}{n-k} != \binom{n}{k+1}
\binom{n}{k} = \frac{n!}{k!(n-k)!} != \frac{n!}{(n-k)!}
\binom{n+1}{k} = \binom{n}{k}+\binom{n}{k-1} != \binom{n}{k}+\binom{n}{k+1}
\binom{10}{3} = 120 != 720
(2n)! = 2^n n! (2n-1)!! != 2^n n!
5!! = 15 != 120
(-1)^n = (-1)^{n+2} != (-1)^{n+1}
(-1)^{2n} = 1 != -1
(-1)^n = \frac{1}{(-1)^n} != 1
(-2)^n = (-1)^n2^n != 2^n
\frac{1+(-1)^n}{2} = \cos^2\frac{n\pi}{2} != 1
(-1)^n(n-3)(n-2)(n-1)n = (-1)^n n(n-1)(n-2)(n-3) != 0
(-1)^n n(n^2-1)(n^2-4)(n^2-9) = (-1)^n(n^2-9)(n^2-4)(n^2-1)n != 0
(-x)^n = (-1)^n x^n != x^n
\cos(n\pi) = (-1)^n != 1
\lfloor x\rfloor+1 = \lfloor x+1\rfloor != \lfloor x\rfloor
\lfloor x\rfloor+\lfloor x+\frac12\rfloor = \lfloor 2x\rfloor != 2\lfloor x\rfloor
\lceil x\rceil = -\lfloor{-x}\rfloor != \lfloor x\rfloor+1
\lfloor\pi\rfloor = 3 != 4
\lfloor -2.5\rfloor = -3 != -2
\lfloor\sqrt{50}\rfloor = 7 != 8
\gcd(12,18) = 6 != 3
\gcd(a,b) = \gcd(b,a) != a
\sum_{k=1}^{10} k^2 = 385 != 384
\sum_{m=1}^{4}(\sum_{j=1}^{m} j) = 20 != 10
\prod_{k=1}^{5} k = 120 != 60
\sum_{k=1}^{n} k = \sum_{j=1}^{n} j != \frac10
\sum_{k=1}^{3} a_k = a_1+a_2+a_3 != 3a_k
\sum_{k=1}^{3} a_{k+1} = a_2+a_3+a_4 != a_1+a_2+a_3
\prod_{k=1}^{2} a_k = a_1a_2 != a_k^2
\sum_{k=1}^{3} x^k = x+x^2+x^3 != x+x^2
f(2x) = f(x+x) != f(x)
f(\sin^2 x+\cos^2 x) = f(1) != f(0)
f(x)+f(y) = f(y)+f(x) != f(x)+f(x)
f(x,y) = f(x,y) != f(y,x)
f(x) = f(x) != g(x)
"""


def rows(*tables: str) -> list[object]:
    """Return each line `left = right != wrong` as two rows, an equal pair and an unequal one."""
    made: list[object] = []
    for line in "\n".join(tables).split("\n"):
        if not line:
            continue
        left, right, wrong = line.replace(" != ", " = ").split(" = ")
        made += [
            pytest.param(left, right, Truth.TRUE, id=f"{left} is {right}"),
            pytest.param(left, wrong, Truth.FALSE, id=f"{left} is not {wrong}"),
        ]
    return made


@pytest.mark.parametrize(
    ("left", "right", "truth"),
    rows(NUMBERS, RADICALS, TRIGONOMETRY, LOGARITHMS, COMPLEX, ALGEBRA, DOMAINS, DISCRETE),
)
def test_that_a_pair_is_decided_in_both_orders(left: str, right: str, truth: Truth) -> None:
    a, b = read(left), read(right)
    assert "text" not in (a.head, b.head), "the row does not parse"
    assert equal(a, b, symbolic=False).truth is truth
    assert equal(b, a, symbolic=False).truth is truth


UNDEFINED = [
    r"\frac10",
    r"\frac00",
    r"0^{-1}",
    r"\tan\frac{\pi}{2}",
    r"\ln 0",
    r"\infty-\infty",
    r"\frac{x}{x-x}",
    "0^0",
]


@pytest.mark.parametrize("text", UNDEFINED)
@pytest.mark.parametrize("other", [r"\frac10", r"\infty", "0", "1", "x"])
def test_that_what_is_undefined_equals_nothing(text: str, other: str) -> None:
    assert equal(read(text), read(text), symbolic=False).truth is Truth.FALSE
    assert equal(read(text), read(other), symbolic=False).truth is Truth.FALSE
    assert equal(read(other), read(text), symbolic=False).truth is Truth.FALSE


@pytest.mark.parametrize(
    ("left", "right", "truth"),
    [
        (r"\infty", r"\infty", Truth.TRUE),
        (r"\infty", r"-\infty", Truth.FALSE),
        (r"\infty+1", r"\infty", Truth.TRUE),
        (r"2\infty", r"\infty", Truth.TRUE),
        (r"-3\infty", r"\infty", Truth.FALSE),
        (r"\infty", "10^{100}", Truth.FALSE),
        (r"\infty", "x", Truth.FALSE),
    ],
)
def test_infinities(left: str, right: str, truth: Truth) -> None:
    assert equal(read(left), read(right), symbolic=False).truth is truth
