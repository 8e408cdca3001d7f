"""Minga: a public body and the people it serves build, run and answer for AI tools together."""

__version__ = "0.1.0"
