"""Question sets as data: what is asked, when, of whom; what it scores; what changed."""
