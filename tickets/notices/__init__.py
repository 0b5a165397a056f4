"""Notices: who of us is told what happened on a ticket, at the desk and by mail (docs/rules.md, "Who is told")."""
