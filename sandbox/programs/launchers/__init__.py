"""Sources that run in a job's process instead of a program in another language, and start that.

Each is sent with the program and never imported. It finds the path of the program's file and its arguments in
`sys.argv`. Python 3.9, standard library only.
"""
