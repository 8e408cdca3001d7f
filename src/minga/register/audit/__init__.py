"""The auditor pack: everything about a project that needs no name, in one archive that verifies without us."""
