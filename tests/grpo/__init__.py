"""Tests of samplers, rollouts, the loss and the loop, on a model small enough that seconds suffice."""
