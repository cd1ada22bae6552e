"""Marks in, standings out: plain arithmetic, without Django and without a database, so that anyone can run it again.

`table` holds marks and rules, `strategies` the named ways to a score, `ranking` standings with intervals and ties,
`reliability` how far judges agree, `snapshot` the frozen result, and `assigning` who judges what.
"""
