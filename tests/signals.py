"""Children that heed the signals of a terminal, however the tests themselves were started."""

import signal


def heed_the_terminal() -> None:
    """Before a child starts: whoever runs the tests in the background or under nohup ignores these, and it inherits."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
