"""What X is asked and what it tells, counted and priced: every call (meter), every delivered event (delivered), one
book for both. Not here: how much an account may spend a day (budgets.py), pages and exports of it (costs.py)."""
