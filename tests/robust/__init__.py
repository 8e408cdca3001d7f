"""What may go wrong around the application: killed processes, other databases, bad input, wrong people."""
