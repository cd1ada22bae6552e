"""Measurements of the whole application: each prints its figures beside their goals, and fails when one falls short."""
