"""Text that says nothing, of a given length and number of words."""

from __future__ import annotations

LETTERS = "loremipsumdolorsitametconsecteturadipiscingelitseddoeiusmodtemporincididuntutlaboreetdoloremagnaaliqua"


def filler(length: int, words: int, start: int) -> str:
    """``words`` words and the spaces between them, ``length`` characters together; fewer words where they do not fit.

    ``start`` chooses where in the filler the letters begin.
    """
    if length <= 0:
        return ""
    words = max(1, min(words, (length + 1) // 2))
    letters = length - (words - 1)
    made, place = [], start % len(LETTERS)
    for number in range(words):
        size = letters // words + (number < letters % words)
        repeats = (place + size) // len(LETTERS) + 1
        made.append((LETTERS * repeats)[place : place + size])
        place = (place + size) % len(LETTERS)
    return " ".join(made)
