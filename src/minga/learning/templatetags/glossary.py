"""`{% load glossary %}`: `{% term "calibration" %}` or `{% term "calibration" "how sure it is" %}`, and `|prose`."""

from django import template
from django.utils.safestring import SafeString

from minga.learning import glossary
from minga.learning import prose as plain_text

register = template.Library()


@register.simple_tag
def term(id: str, words: str = "") -> SafeString:
    """A link to the term in the glossary; its short meaning is its title."""
    return glossary.link(id, words)


@register.filter
def prose(text: str) -> SafeString:
    """A text of a course as markup."""
    return plain_text.html(text)
