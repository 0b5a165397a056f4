"""The reports of last week by mail, for who wants them: once a week, on Monday (docs/reports.md, "By mail")."""
