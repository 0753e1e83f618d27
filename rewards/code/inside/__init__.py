"""What runs in slots: the candidate's end and the judge's end of a test, under Python 3.9 or newer, stdlib only.

A slot gets a launcher, which is one text (`launchers` joins these files into it). `function` calls a program once.
`candidate` and `judge` are the two ends of a test that is code. Below them: `peer` (asking and answering), with
`operations`, `reach` and `copying` (what may be asked, and what comes of it), `link` (messages, in turns), `handles`
(what stands for an object that does not cross), `exceptions`, `encoding` and `decoding` (how values cross), `methods`
(running a `unittest` method) and `program` (running the program).

Whatever shares its process with the program proves nothing. It only carries values; what they are worth is decided in
the judge's process or on the host.
"""
