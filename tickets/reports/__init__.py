"""The reports: what each figure is (definitions), of which days (periods), how a day is added up (facts, figuring,
keeping), read (reading, backlog), opened as tickets (drilling) and handed over as a file (exporting). See
docs/reports.md."""
