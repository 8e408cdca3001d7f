"""The demonstration: an invented body, invented people and generated data tell one project from need to review."""
