"""The pages on which the body or a lead says which course a gate asks for."""
