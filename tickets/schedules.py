"""What runs without being asked: name, task, minutes. A lost bell is made good within a minute."""

SCHEDULES = [
    ("outbox: send what is due", "tickets.tasks.outbox", 1),
    ("changes: mend the marks of a restored copy", "tickets.tasks.mend_changes", 60),
    ("automatic answers: decide what waits", "tickets.tasks.auto_replies", 1),
    ("answers by hand: forget who is long at it", "tickets.tasks.hand_offs", 1),
    ("reminders: tell open pages what is due", "tickets.tasks.reminders", 1),
    ("approvals: give back what nobody decided in time", "tickets.tasks.approvals", 1),
    ("outgoing webhooks: tell what is new", "tickets.tasks.hooks", 1),
    ("promises: take the steps that are due", "tickets.tasks.promises", 1),
    ("snoozed tickets: wake those whose moment came", "tickets.tasks.snoozes", 1),
    ("tickets: end by their age what accounts say", "tickets.tasks.ages", 10),
    ("assignment: take back what is left, give out what waits", "tickets.tasks.staffing", 1),
    ("files: fetch what only participants are given", "tickets.tasks.fetch_media", 1),
    ("SLA policies: go on with putting them on running promises", "tickets.tasks.policy_runs", 1),
    ("routing rules: go on with dry runs", "tickets.tasks.dry_runs", 1),
    ("routing rules: forget what many said days ago", "tickets.tasks.sayings", 60),
    ("files: remove what belongs to nobody any more", "tickets.tasks.files", 1),
    ("notices: tell people what is new", "tickets.tasks.notices", 1),
    ("notices: mail what is unread", "tickets.tasks.notice_mail", 1),
    ("notices: forget old ones", "tickets.tasks.sweep_notices", 60),
]
