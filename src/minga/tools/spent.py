"""What a command used: seconds by the wall and by the processor, and the peak memory of the process."""

from __future__ import annotations

import resource
import sys
import time

MEBIBYTE = 1 << (20 if sys.platform == "darwin" else 10)
"""Of what ``getrusage`` counts in: bytes on macOS, kibibytes elsewhere."""


class Clock:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        """{seconds, cpu_seconds, peak_memory_mib}, as every evaluation prints them."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        return {"seconds": round(wall, 3), "cpu_seconds": round(cpu, 3), "peak_memory_mib": round(peak, 1)}
