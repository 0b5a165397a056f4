"""A local X: its own process, its own small store, no import of the rest of this project.

Start with `server.serve` (blocking) or `server.start_in_thread` (tests). The facts it imitates are X's own;
where X's documentation and observed traffic differ, the observed behaviour wins.
"""
