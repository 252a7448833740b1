"""Measured ratios: how near the product comes to the bare tools it stands on."""
