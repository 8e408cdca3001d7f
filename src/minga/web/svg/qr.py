"""QR codes as inline SVG: one path, dark on white with the quiet zone of four modules."""

from itertools import groupby

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString

from minga.web.svg.markup import caption
from minga.web.svg.types_dialogue import QRCode

QUIET = 4


def qr_code(code: QRCode) -> SafeString:
    """A figure with the code of error level M. Raises ValueError for a text that does not fit."""
    try:
        matrix = segno.make_qr(code.text, error="m", boost_error=False).matrix
    except segno.DataOverflowError as error:
        raise ValueError(
            f"A QR code cannot hold these {len(code.text)} characters. Use a shorter text, e.g. the address alone."
        ) from error
    side = len(matrix) + 2 * QUIET
    return format_html(
        '<figure class="qr"><svg viewBox="0 0 {0} {0}" role="img" aria-label="{1}" focusable="false"'
        ' shape-rendering="crispEdges"><rect class="qr-ground" width="{0}" height="{0}"/>'
        '<path class="qr-dark" d="{2}"/></svg>{3}</figure>',
        side,
        code.title,
        path(matrix),
        caption(code.caption),
    )


def path(matrix: tuple[bytearray, ...]) -> str:
    """Runs of dark modules, row by row."""
    runs: list[str] = []
    for y, row in enumerate(matrix, start=QUIET):
        x = QUIET
        for dark, run in groupby(row, key=bool):
            length = len(list(run))
            if dark:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return "".join(runs)
