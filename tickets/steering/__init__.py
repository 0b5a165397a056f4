"""Routing rules: conditions over what is known of a message, and what follows where they hold. Pure: no queries, no
clock of its own. In words: docs/rules.md, "Routing rules"."""
