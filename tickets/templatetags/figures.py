"""Figures as people read them (tickets/wording/numbers.py)."""

from django import template

from tickets.wording.numbers import grouped, lasting, per_cent

register = template.Library()
for wording in (lasting, per_cent, grouped):
    register.filter(wording.__name__, wording)
