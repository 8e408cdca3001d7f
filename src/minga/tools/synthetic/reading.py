"""Rows of a CSV file; one with too many or too few cells comes as None, so that it is counted."""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from minga.tools.synthetic.model import SyntheticError


def read_csv(path: Path) -> Iterator[dict[str, str] | None]:
    """UTF-8 with or without byte order mark, gzip or not; comma, semicolon, tab or bar, told from the first line."""
    csv.field_size_limit(min(sys.maxsize, 1 << 30))
    try:
        with _opened(path) as file:
            first = file.readline()
            delimiter = max(",;\t|", key=first.count)
            names = next(csv.reader([first], delimiter=delimiter), [])
            if not any(names) or len(set(names)) < len(names):
                raise SyntheticError(
                    f"{path} has no header, or names a column twice. The first line must name each column once."
                )
            for cells in csv.reader(file, delimiter=delimiter):
                if cells:
                    yield dict(zip(names, cells, strict=True)) if len(cells) == len(names) else None
    except (OSError, EOFError) as error:
        raise SyntheticError(
            f"{path} cannot be read: {error}. Check the name, the rights and whether it is whole."
        ) from None
    except (UnicodeError, csv.Error) as error:
        raise SyntheticError(f"{path} is not CSV in UTF-8 ({error}). Save it as CSV in UTF-8.") from None


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path, "rb"), encoding="utf-8-sig", newline="")  # type: ignore[arg-type]
    return path.open(encoding="utf-8-sig", newline="")
