"""What can go wrong around programs; how a program itself ends is an `Execution`, never an exception."""


class SandboxError(RuntimeError):
    """No sandbox is to be had; the message says what to do.

    Attributes:
        problem: What is wrong.
        remedy: What to do; empty where nobody knows.
    """

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem}: {remedy}" if remedy else problem)
        self.problem, self.remedy = problem, remedy


class SandboxClosedError(RuntimeError):
    """The sandbox has been closed."""


class SlotLostError(Exception):
    """A slot ended, or said what no slot of ours says.

    Attributes:
        is_ours: Whether the cause is known to be outside the slot (its engine has gone), so that no program is blamed.
    """

    def __init__(self, message: str, *, is_ours: bool = False) -> None:
        super().__init__(message)
        self.is_ours = is_ours
