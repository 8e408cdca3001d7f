"""A local language model as a program that speaks JSON lines. It runs in the sandbox, never in this service.

``__main__.py`` imports nothing of Minga: its folder alone is shown to the sandbox.
"""
