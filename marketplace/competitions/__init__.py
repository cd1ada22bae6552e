"""Contests, entries, judging and results."""
