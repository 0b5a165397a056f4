"""Language and mood of a text where the channel does not say, told by libraries that need no network."""

from tickets.steering.facts import Senses

SENSES = Senses()
