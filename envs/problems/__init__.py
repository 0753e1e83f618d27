"""Programming problems without end: each a statement, a right solution, and tests that wrong solutions fail.

`family` says what a kind of problem is made of, `exercise` draws one with its tests, which `choosing` chooses. `kinds`
writes values as text, `inputs` draws them. The families themselves are in one file for each subject, and `levels`
orders them by difficulty. `bugs` changes a solution a little, `planting` chooses the bug of a problem, and `running`
runs solutions.

The solutions are our own texts, and run in this process. Nothing that a model wrote ever comes here.
"""
