"""Prime factors of integers, with a bounded effort: what is left unfactored is said to be so."""

from __future__ import annotations

from functools import lru_cache
from math import isqrt

_SIEVE = 2_000
_PRIMES = [n for n in range(2, _SIEVE) if all(n % d for d in range(2, isqrt(n) + 1))]
_WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
MAX_PROVEN = 3_317_044_064_679_887_385_961_981
"""Below this, the first twelve primes as witnesses prove a number prime (Sorenson and Webster, 2015)."""
MAX_TESTED_BITS = 4_000
"""Bits of a number that is divided by the small primes at all."""


@lru_cache(maxsize=4096)
def factored(number: int) -> tuple[tuple[tuple[int, int], ...], int]:
    """Return the prime powers of a positive integer and the cofactor without known primes (1 when none is left)."""
    if number.bit_length() > MAX_TESTED_BITS:
        return _powers_of_two_and_five(number)
    found: dict[int, int] = {}
    for prime in _PRIMES:
        if prime * prime > number:
            break
        while number % prime == 0:
            number //= prime
            found[prime] = found.get(prime, 0) + 1
    if number == 1:
        return tuple(found.items()), 1
    base, exponent = perfect_power(number)
    if is_prime(base):
        found[base] = exponent
        return tuple(found.items()), 1
    return tuple(found.items()), number


def _powers_of_two_and_five(number: int) -> tuple[tuple[tuple[int, int], ...], int]:
    found: list[tuple[int, int]] = []
    for prime in (2, 5):
        count = 0
        while number % prime == 0 and count < MAX_TESTED_BITS:
            number //= prime
            count += 1
        if count:
            found.append((prime, count))
    return tuple(found), number


def perfect_power(number: int) -> tuple[int, int]:
    """Return the smallest base whose whole power is `number`, if both are found with small exponents, and the power."""
    base, exponent = number, 1
    for prime in (2, 3, 5, 7):
        root = whole_root(base, prime)
        while root is not None and root > 1:
            base, exponent = root, exponent * prime
            root = whole_root(base, prime)
    return base, exponent


def whole_root(number: int, index: int) -> int | None:
    """Return the root of a number of at least 0 if it is an integer."""
    if index == 2:
        root = isqrt(number)
        return root if root * root == number else None
    if number < 2:
        return number
    if number.bit_length() > MAX_TESTED_BITS or index > number.bit_length():
        return None
    root = 1 << -(-number.bit_length() // index)
    while True:
        lower = ((index - 1) * root + number // root ** (index - 1)) // index
        if lower >= root:
            return root if root**index == number else None
        root = lower


def is_prime(number: int) -> bool:
    """Return True if `number` is proven to be a prime."""
    if number < _SIEVE * _SIEVE:
        return number > 1 and all(number % prime for prime in _PRIMES if prime * prime <= number)
    if number >= MAX_PROVEN:
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_is_witnessed(number, pow(base, odd, number), twos) for base in _WITNESSES)


def _is_witnessed(number: int, power: int, twos: int) -> bool:
    if power in (1, number - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False
