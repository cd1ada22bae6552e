"""The marketplace: small Django apps, each one noun, in layers that import downwards only."""
