"""Builds the demonstration world by calling actions."""
