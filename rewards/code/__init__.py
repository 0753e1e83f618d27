"""Whether a program passes its hidden tests.

From the outside in: `verifier` (a response in, a score out), `reference` and `assert_reference` (what the tests are,
with `fields`, `reading` and `lifting`), `schedule` (running them over a sandbox's slots), `cases` (the tests for one
program: `calls` of a function, `judged` by code, standard input and output), `comparators`, `checker` and `values`
(whether an output is right), `outcomes` (test results, and the score they make). What runs in a slot is in `inside`,
and `launchers` joins it into one text. `loaders` turns the rows of known data sets into references.

No expected output ever enters a slot with a program: a test is decided here, from the bytes that came out, or by a
judge in a slot of its own.
"""
