"""Matches as people see them: feeds documents to the engine, keeps people's marks."""
