"""A second factor beside the password (docs/rules.md, "Two-factor sign-in")."""
