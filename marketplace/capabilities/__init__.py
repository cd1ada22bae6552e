"""Supply: what companies can do."""
