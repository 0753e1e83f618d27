"""Samplers, rollouts, advantages, losses and the training loop.

Read `rlvr.grpo.trainer` first: it is the loop on one screen. Importing this package loads neither torch nor
vLLM; each module that needs them imports them itself.
"""
