"""Minga's own form: the whole record, with where each value is known from. Nothing is lost."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from minga.register.document import Record, as_json
from minga.register.exports import Loss, Standard


def export(record: Record) -> tuple[dict[str, Any], list[Loss]]:
    return as_json(record), []


STANDARD = Standard("minga", _("Minga JSON"), None, export)
