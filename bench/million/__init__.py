"""A desk as it is after years: so many tickets, five messages to each, written by COPY. `python -m bench.million`."""
