r"""The mathematics behind `MathVerifier`: text -> tree -> decision.

| step | modules |
|---|---|
| text to tokens | `spelling`, `tokens` |
| tokens to a tree | `parser` and the grammars beside it |
| what the whole answer is: labels, units, lists, chains, text | `settle`, `labels`, `plusminus` |
| structures compared member by member | `compare` |
| two numbers or expressions decided | `scalar`, on `canonical` forms, `points` and, in a worker, `symbolic` |

Nothing here executes anything that a text says: a tree is plain data, every power, factorial and loop has a stated cost
before it is computed, and what is too large to decide is said to be so (`TooLarge`), never guessed.
"""
