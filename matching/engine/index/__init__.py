"""Nearest documents of a side for a direction, under a filter: one protocol, several ways of keeping it."""
