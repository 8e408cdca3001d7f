"""The pages of commissioning."""
