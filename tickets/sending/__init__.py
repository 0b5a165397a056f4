"""The way out: how an answer is queued, claimed, sent, recorded and looked for again: the parts of the outbox."""
