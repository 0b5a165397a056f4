"""Outgoing webhooks: other software is told what is written into tickets' histories."""
