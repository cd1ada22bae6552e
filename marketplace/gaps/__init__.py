"""What is missing in the market: open opportunities that nothing fits, gathered by area, sector and requirement."""
