"""What a key or token of X can look like. Pure."""

import re

# X's are letters, digits and a few signs; nothing of them is outside printable ASCII, and none holds a blank.
_CREDENTIAL = re.compile(r"[\x21-\x7e]{1,500}")


def is_credential(value: str) -> bool:
    """Whether X can have given this out: no blank, no accent, no invisible character that came along when copying."""
    return _CREDENTIAL.fullmatch(value) is not None
