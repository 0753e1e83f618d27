"""The algorithms: how rewards become advantages, and advantages a loss for each token.

`table` has a row for each algorithm; `credit` and `objective` apply a row. The families that rows choose from are
`advantages` (and `gigpo`), `ratios`, `surrogates` and `normalizers`. Beside them, for any row: `kl`, `mismatch` and
`shaping`.

All are pure functions over flat tensors: N trained tokens end to end, with no padding, of B sequences (`tokens`).
"""
