"""Tests of the command line; those of whole commands start real processes."""
