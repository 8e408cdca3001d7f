"""The task board: of a project, of the body, and what volunteers may take."""
