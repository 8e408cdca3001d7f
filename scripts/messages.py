"""Compile the translations, or check that none is missing: messages.py compile | check."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

PACKAGE = Path(__file__).parents[1] / "src" / "minga"
LANGUAGES = ("es",)


def compile_all() -> int:
    """Write a .mo beside each .po whose .mo is missing or older."""
    for source in PACKAGE.glob("**/locale/*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
    return 0


def check() -> int:
    """Extract all texts anew from a copy of the sources; fail on each one without a translation."""
    missing = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "minga"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("static", "__pycache__", "node_modules"))
        for room in sorted(path for path in copy.iterdir() if (path / "apps.py").exists()):
            missing += sum(_untranslated(room, language) for language in LANGUAGES)
    print(f"{missing} texts without a translation" if missing else "every text is translated")
    return 1 if missing else 0


def _untranslated(room: Path, language: str) -> int:
    (room / "locale").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "django", "makemessages", "-l", language, "--no-location", "-v", "0"]
    subprocess.run(command, cwd=room, check=True)
    catalogue = room / "locale" / language / "LC_MESSAGES" / "django.po"
    if not catalogue.exists():
        return 0
    entries = polib.pofile(str(catalogue))
    open_entries = [entry for entry in entries if not entry.obsolete and not entry.translated()]
    for entry in open_entries:
        print(f"{room.name}/{language}: {entry.msgid!r}")
    return len(open_entries)


if __name__ == "__main__":
    sys.exit({"compile": compile_all, "check": check}[sys.argv[1]]())
