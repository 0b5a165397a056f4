"""Made-up parts for the tests of the project: bells, and programs for the supervisor."""

from django_q.signing import SignedPackage

from kapture.children import Program


class _Moved:
    """Stands for a class that was renamed by a deploy: written once, unreadable ever after."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (__import__, ("a_module_that_moved",))


def rung(path: str, *, poison: bool = False) -> str:
    """Return a signed bell for `path`; a poisonous one holds something that cannot be unpickled."""
    task: dict[str, object] = {
        "id": "1",
        "name": "bell",
        "func": path,
        "args": (_Moved(),) if poison else (),
        "kwargs": {},
    }
    return str(SignedPackage.dumps(task))


def program(code: str, *, name: str = "sample") -> Program:
    """Return a program of the given Python text."""
    return Program(name, ("-c", code))


SLEEPER = "import time; time.sleep(60)"
