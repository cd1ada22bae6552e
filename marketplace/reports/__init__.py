"""Targets, dashboards and each role's home: reads everything below."""
