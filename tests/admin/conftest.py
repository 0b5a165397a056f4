"""The admin's pages meet the same sandbox and the same account as X's own tests."""

from tests.twitter_integration.conftest import acme, reachable, sandbox

__all__ = ["acme", "reachable", "sandbox"]
