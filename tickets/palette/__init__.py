"""The palette: every action and place by name (docs/rules.md, "The palette")."""
