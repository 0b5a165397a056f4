"""Operating an account: one table of everything that can be done with it on X, and the one way to do it.

`table` names the actions, `doing` performs one: permission, tier, confirmation, the call, the record. Pages, command
and API call `doing.perform` and hold no rule. Not here: what X sells to whom (offers/).
"""
