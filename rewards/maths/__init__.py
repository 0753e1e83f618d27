r"""The mathematics behind `MathVerifier`: text -> tree -> decision.

| step | modules |
|---|---|
| text to a tree: spelling, tokens, a grammar by precedence | `grammar`, from `grammar.reading` on |
| the tree itself | `tree` |
| what a statement comes down to | `settle`, `labels`, `plusminus`, `quantities`, `units` |
| structures compared by form | `compare`, `members`, `relate`, `wordings`, `texts`, `matrices`, `entries` |
| sets of real numbers | `sets`, from `sets.realsets` on |
| two numbers or expressions decided | `numbers`, and `values` from `values.scalar` on |
| the equations of a worked solution | `steps` |
| a pair of texts to a score, and what it may cost | `grading`, `options`, `effort`, `truth` |

Nothing here executes anything that a text says: a tree is plain data, every power, factorial and loop has a stated cost
before it is computed, and what is too large to decide is said to be so (`TooLarge`), never guessed.
"""
