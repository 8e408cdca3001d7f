"""Which model stands behind a subject kind, so that a page can show any link of the thread."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model

M = TypeVar("M", bound=type[Model])
_kinds: dict[str, type[Model]] = {}
_names: dict[type[Model], str] = {}


def subject(kind: str) -> Callable[[M], M]:
    """Class decorator: entries about this model carry the subject kind ``kind``.

    The model offers ``ledger_title`` (a sentence, without personal data), and may offer
    ``get_absolute_url()`` and ``is_public`` (default True).
    """

    def register(model: M) -> M:
        _kinds[kind] = model
        _names[model] = kind
        return model

    return register


def kind_of(instance: Model) -> str:
    try:
        return _names[type(instance)]
    except KeyError:
        raise LookupError(
            f"{type(instance).__name__} is no subject of the ledger. Decorate the model with @subject('...')."
        ) from None


def reference(instance: Model) -> tuple[str, str]:
    """(kind, id) of a saved instance."""
    return kind_of(instance), str(instance.pk)


def find(kind: str, identifier: str) -> Any | None:
    """The instance behind (kind, id), or None where it is gone or of another installation."""
    model = _kinds.get(kind)
    return model._default_manager.filter(pk=identifier).first() if model else None


def kinds() -> dict[str, type[Model]]:
    return dict(_kinds)
