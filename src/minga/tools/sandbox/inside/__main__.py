"""Starts the launcher; it lies in a module of its own so that Python keeps it compiled."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minga.tools.sandbox.inside import launcher
else:
    import launcher

launcher.main()
