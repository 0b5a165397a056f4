"""In whose time zone a page tells its times: the reader's, where they chose one (docs/rules.md, "Time zones")."""
