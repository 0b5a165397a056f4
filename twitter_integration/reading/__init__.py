"""What we ask X for by ourselves: polling, search, backfill, reconciliation."""
