"""Reference data: areas, sectors, kinds, regions, modes, requirements, programmes."""
