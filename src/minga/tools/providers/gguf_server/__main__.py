"""``python -m minga.tools.providers.gguf_server MODEL.gguf``: chat completions over JSON lines, from standard input.

    -> {"minga": 1, "ask": "card", "settings": ""}
    <- {"ready": "xllamacpp 2026.10", "model": "model.gguf"}
    -> {"case": {"id": "17", "body": {"messages": [...], "response_format": {...}}}}
    <- {"case": "17", "completion": {"choices": [...], "usage": {...}}}   or   {"case": "17", "failure": "..."}

Needs the extra ``gguf`` (xllamacpp). Options: --context TOKENS, --threads N. The model's log goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until standard input ends; returns 0, or 1 where the model cannot be loaded."""
    parser = argparse.ArgumentParser(prog="gguf_server", description="Serve a local GGUF model over JSON lines.")
    parser.add_argument("model", type=Path)
    parser.add_argument("--context", type=int, default=4096, metavar="TOKENS")
    parser.add_argument("--threads", type=int, default=1, metavar="N")
    chosen = parser.parse_args(argv)
    answers = _own_output()
    with tempfile.TemporaryDirectory() as folder:
        try:
            server, words = _load(chosen.model, chosen.context, chosen.threads, Path(folder) / "model.sock")
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            _tell(answers, {"failure": f"The model could not be loaded: {error}"})
            return 1
        for line in sys.stdin.buffer:
            asked = json.loads(line)
            _tell(answers, words if asked.get("ask") else _completed(server, asked["case"]))
    return 0


def _own_output() -> BinaryIO:
    """Standard output for answers only: whatever the model's library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _load(model: Path, context: int, threads: int, socket: Path) -> tuple[Any, dict[str, str]]:
    import xllamacpp  # type: ignore[import-untyped,import-not-found]

    if not model.is_file():
        raise OSError(f"there is no file {model}")
    settings = xllamacpp.CommonParams()
    settings.model.path = str(model)
    settings.n_ctx, settings.n_parallel, settings.n_gpu_layers = context, 1, 0
    settings.cpuparams.n_threads = threads
    settings.warmup = False
    # The library always opens a door; a socket file in the sandbox's own scratch folder is one nobody else can reach.
    settings.hostnames = [str(socket)]
    return xllamacpp.Server(settings), {"ready": f"xllamacpp {xllamacpp.__version__}", "model": model.name}


def _completed(server: Any, case: dict[str, Any]) -> dict[str, Any]:
    try:
        told = server.handle_chat_completions(case["body"])
    except (RuntimeError, ValueError) as error:
        return {"case": case["id"], "failure": f"The model could not be asked: {error}"}
    if not isinstance(told, dict) or "error" in told:
        return {"case": case["id"], "failure": f"The model could not be asked: {str(told)[:300]}"}
    return {"case": case["id"], "completion": told}


def _tell(answers: BinaryIO, told: dict[str, Any]) -> None:
    answers.write(json.dumps(told).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    sys.exit(main())
