"""A simulated week: two accounts, five agents, a holiday, a clock change, on its own clock: `python -m bench.week`.

`play` drives the desk through its own doors and keeps a raw log of what people did. `figures` reads what the desk made
of it, `recount` tells the same from the log alone, slowly and without a line of the desk's code. They must be equal.
"""
