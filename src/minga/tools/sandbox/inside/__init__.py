"""The launcher: a program of its own (``python -I -S inside/``), started for every run. It imports nothing of Minga."""
