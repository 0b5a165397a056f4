"""A trickle of made-up customer activity."""

from twitter_integration.sandbox.world import World


class Traffic:
    def __init__(self, world: World) -> None:
        self._world = world

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass
