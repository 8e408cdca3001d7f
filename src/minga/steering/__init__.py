"""The body as a whole: portfolio, roadmap, offices, working groups, surveys, other bodies."""
