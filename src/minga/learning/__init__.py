"""Courses that people take, and people who know: experts, champions, events."""
