"""The ports an operator names, looked at before anything is started or deleted: `python -m kapture.ports PORT…`.

Whether a port is free is not asked here.
"""

import sys

LARGEST = 65_535


class NotAPort(Exception):
    """What was given cannot be listened on; the text is one sentence for the operator."""


def read_ports(*given: object) -> list[int]:
    """The numbers of distinct ports. Raises NotAPort."""
    ports = [_read(str(one)) for one in given]
    if len(set(ports)) < len(ports):
        twice = next(port for port in ports if ports.count(port) > 1)
        raise NotAPort(f"Port {twice} is named twice: the web process and the sandbox each need one of their own.")
    return ports


def _read(given: str) -> int:
    text = given.strip()
    if not text.isascii() or not text.isdigit() or len(text) > len(str(LARGEST)) or not 1 <= int(text) <= LARGEST:
        raise NotAPort(f"{given!r} is no port: name a number from 1 to {LARGEST}.")
    return int(text)


def main(arguments: list[str]) -> int:
    try:
        read_ports(*arguments)
    except NotAPort as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
