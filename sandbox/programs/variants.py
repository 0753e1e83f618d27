"""The variants of a slot: what lies in it besides Python, which its agent needs."""

from enum import StrEnum


class Variant(StrEnum):
    """What a slot's file system is made for."""

    PYTHON = "python"
    """Runs Python."""
    JAVASCRIPT = "javascript"
    """Runs JavaScript: Node.js."""
    CPP = "cpp"
    """Runs compiled C++: the C++ library, and no compiler."""
    COMPILER = "cpp-compiler"
    """Compiles C++ and runs none of it: g++, headers and libraries."""

    @property
    def made_of(self) -> str:
        """What of the host's own it is made of."""
        return {"python": "Python", "javascript": "Node.js", "cpp": "C++ library", "cpp-compiler": "g++"}[self]

    @property
    def file(self) -> str:
        """The name of the file with the program."""
        return {"python": "main.py", "javascript": "main.js", "cpp": "main", "cpp-compiler": "main.cpp"}[self]

    @property
    def file_mb(self) -> int:
        """MiB for that file; a compiled program holds its tables."""
        return 40 if self is Variant.CPP else 4
