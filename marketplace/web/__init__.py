"""How any page or endpoint is served; knows no noun of the domain."""
