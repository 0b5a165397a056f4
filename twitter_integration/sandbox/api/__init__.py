"""The endpoints X offers, one file per family, each ending in a list of `Endpoint`s."""
