"""The equations of a worked solution, read from LaTeX and prose and decided; `steps` is the way in."""
