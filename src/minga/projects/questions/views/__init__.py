"""The views, by what one does: find a set, see what is asked, fill in, work with others, read the result."""
