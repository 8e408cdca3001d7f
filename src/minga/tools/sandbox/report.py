"""What the launcher tells of a run, read as it comes in."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Report:
    """The lines of the launcher (see ``inside/launcher.py``) and the declared files between them."""

    outputs: list[str]
    most: int
    ready: bool = False
    refused: str = ""
    unreadable: str = ""
    cannot_start: int = 0
    exit_status: int | None = None
    signal: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    without: dict[str, str] = field(default_factory=dict)
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    done: bool = False
    closed: bool = False
    _rest: bytearray = field(default_factory=bytearray)
    _file: tuple[str, int] | None = None

    def take(self, data: bytes) -> None:
        self._rest += data
        while self._take_file() if self._file else self._take_line():
            pass

    def _take_file(self) -> bool:
        name, size = self._file or ("", 0)
        if len(self._rest) < size:
            return False
        self.files[name] = bytes(self._rest[:size])
        del self._rest[:size]
        self._file = None
        return True

    def _take_line(self) -> bool:
        line, newline, _ = bytes(self._rest[:4096]).partition(b"\n")
        if not newline:
            return False
        del self._rest[: len(line) + 1]
        word, _, text = line.decode(errors="replace").partition(" ")
        self._understand(word, text)
        return True

    def _understand(self, word: str, text: str) -> None:
        match word, text.split(" "):
            case "ready", _:
                self.ready = True
            case "refused", _:
                self.refused = text
            case "unreadable", _:
                self.unreadable = text
            case "cannot_start", [number]:
                self.cannot_start = int(number)
            case "exit", [status, signal]:
                self.signal = int(signal)
                self.exit_status = None if self.signal else int(status)
            case "file", [index, size]:
                self._file = (self.outputs[int(index)], min(int(size), self.most))
            case "without", [index, why]:
                self.without[self.outputs[int(index)]] = why
            case "done", [seconds, peak]:
                self.cpu_seconds, self.peak_bytes, self.done = float(seconds), int(peak), True
