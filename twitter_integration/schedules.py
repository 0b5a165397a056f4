"""What runs without being asked: name, task, minutes. A lost bell is made good within a minute."""

SCHEDULES = [
    ("x: drain the inbox", "twitter_integration.tasks.drain", 1),
    ("x: read what is due, notice gaps", "twitter_integration.tasks.poll", 1),
    ("x: have X replay outages", "twitter_integration.tasks.replay", 1),
    ("x: run search queries", "twitter_integration.tasks.search", 1),
    ("x: reconcile what is a day old", "twitter_integration.tasks.reconcile", 10),
    ("x: look stored posts up again", "twitter_integration.tasks.recheck", 10),
    ("x: learn how people stand to us", "twitter_integration.tasks.learn_standings", 5),
    ("x: learn what is normal", "twitter_integration.tasks.listen", 1),
    ("x: forget bodies that were worked", "twitter_integration.tasks.forget_bodies", 10),
    ("x: forget what was normal long ago", "twitter_integration.tasks.forget_hours", 60),
    ("x: forget single charges long past", "twitter_integration.tasks.forget_charges", 60),
    ("x: forget uploads that X has forgotten", "twitter_integration.tasks.forget_uploads", 60),
    ("x: remove files of forms that were not finished", "twitter_integration.tasks.forget_kept_files", 10),
    ("x: compare webhooks and subscriptions with X", "twitter_integration.tasks.audit", 5),
]
