"""Settings from the environment, read strictly: a value that cannot be used stops the start."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_WORDS = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


def text(name: str, default: str = "") -> str:
    """The value of ``name``, or the content of the file that ``name_FILE`` points to."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE points to {path}, which cannot be read: {error}.") from error
    return os.environ.get(name) or default


def switch(name: str, default: bool) -> bool:
    value = text(name)
    if not value:
        return default
    if value.lower() not in _WORDS:
        raise ImproperlyConfigured(f"{name} is {value!r}. Use one of: {', '.join(_WORDS)}.")
    return _WORDS[value.lower()]


def number(name: str, default: int) -> int:
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}. Use a whole number.") from None


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    value = text(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)


def share(name: str, default: float) -> float:
    """A share in 0..1."""
    value = text(name)
    try:
        found = float(value) if value else default
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise ImproperlyConfigured(f"{name} is {value!r}. Use a share between 0 and 1, such as 0.2.")
    return found
