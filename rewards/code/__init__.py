"""Whether a program passes its hidden tests.

From the outside in: `verifier` (a response in, a score out), `reference` (what the tests are), `schedule` (running them
over a sandbox's slots), `cases` (one test as a program to run and its judge), `comparators` and `values` (whether an
output is right), `outcomes` (test results, and the score they make). `inside` is the one file that runs in a slot, and
`loaders` turns the rows of known data sets into references.

Expected outputs never enter a slot: a test is decided here, from the bytes that came out.
"""
