"""How X is told where to send what: its four dialects of registration behind one set of functions.

Here: the calls of each dialect (one module each), the table of them, and who signs which call. Not here: rows of ours
(`webhooks` and `subscriptions` decide and keep).
"""
