"""Demand: the scenario opportunities that departments post."""
