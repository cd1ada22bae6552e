"""Departments, companies, universities and institutes, and who belongs to them."""
