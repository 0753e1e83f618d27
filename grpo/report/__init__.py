"""`rlvr report`: one self-contained HTML page about a run, or about two, from the files of the run folder.

It reads what a run wrote and nothing else, needs neither torch nor a network, and takes a run as it stands: unfinished,
of an older version, or with a last line that a killed process left half written.
"""
