"""Runs a program that ends when its supervisor ends: `python -m kapture.leash PARENT_PID PROGRAM ARGUMENTS…`.

The leash is put on by the program's own process before it becomes the program, so nothing can slip through. On
systems without such a leash the next start sweeps what is left (kapture.children).
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h; survives exec


def main(arguments: list[str]) -> None:
    parent, *command = arguments
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == int(parent):  # else it ended before the leash was on
        os.execvp(command[0], command)  # noqa: S606  # becoming the program is the point; no shell


if __name__ == "__main__":
    main(sys.argv[1:])
