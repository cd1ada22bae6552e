"""An accepted pairing, followed to delivery."""
