"""Figures as people read them (tickets/wording/numbers.py), and drawn (tickets/reports/svg.py)."""

from django import template

from tickets.reports.svg import cells, draw
from tickets.wording.numbers import grouped, lasting, per_cent

register = template.Library()
for wording in (lasting, per_cent, grouped):
    register.filter(wording.__name__, wording)
for markup in (cells, draw):
    register.simple_tag(markup)
