"""The operator's translation service for queries, where one is configured; off by default.

MINGA_QUERY_PROVIDER is the path of a provider.toml (docs/providers.md). For each language of the registers the service
is sent a case {"id": "nl", "text": the query, "to": "nl"}, and proposes the query in that language.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache

from minga.inventory.terms import Also
from minga.tools.base import ToolError
from minga.tools.providers import Spec, connect
from minga.tools.providers.spec import NETWORK_KINDS

DAY = 86_400
MINUTE = 60
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Translated:
    """``failed``: a service is configured and gave nothing this time."""

    queries: tuple[Also, ...] = ()
    failed: bool = False


def configured() -> str:
    """The path of the service's description, "" where there is none."""
    return str(settings.MINGA_QUERY_PROVIDER)


def translate(text: str, languages: Collection[str]) -> Translated:
    """The query in these languages, asked of the service at most once a day; nothing where none is configured."""
    path = configured()
    wanted = sorted(languages)
    if not path or not text.strip() or not wanted:
        return Translated()
    named = hashlib.sha256("\0".join([path, text.strip(), *wanted]).encode()).hexdigest()
    found: Translated | None = cache.get(f"inventory-query-{named}")
    if found is None:
        found = _ask(path, text.strip()[:LONGEST], wanted)
        cache.set(f"inventory-query-{named}", found, MINUTE if found.failed else DAY)
    return found


def _ask(path: str, text: str, languages: Collection[str]) -> Translated:
    try:
        spec = Spec.read(Path(path))
        provider = connect(
            spec, allow_network=_named(spec), allow_hosts=settings.MINGA_TOOL_HOSTS, allow_tools=settings.MINGA_TOOLS
        )
        try:
            answers = provider.advise_many([{"id": each, "text": text, "to": each} for each in languages])
        finally:
            provider.close()
    except (ToolError, OSError):
        return Translated(failed=True)
    said = ((answer.case, answer.advice.proposal) for answer in answers if answer.advice)
    queries = tuple(Also(words[:LONGEST], language) for language, words in said if words and words != text)
    return Translated(queries, failed=all(answer.advice is None for answer in answers))


def _named(spec: Spec) -> bool:
    """Whether the operator named the service's host among those that anything may be sent to."""
    if spec.kind not in NETWORK_KINDS:
        return False
    try:
        parts = urlsplit(str(spec.settings["url"]))
        named = {parts.hostname, f"{parts.hostname}:{parts.port}"}
    except ValueError:
        return False
    return not named.isdisjoint(settings.MINGA_TOOL_HOSTS)
