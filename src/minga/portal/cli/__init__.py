"""Subcommands that concern the whole installation."""
