"""Tasks, tasksets, the registry and the Gymnasium environments built on them.

Start at `rlvr.envs.taskset`, the class a task author writes; `rlvr.envs.text_env` plays one as a Gymnasium
environment. The package exports nothing itself: importing it loads neither Gymnasium nor numpy.
"""
