"""Buying an AI tool: stages, clauses, suppliers, open calls."""
