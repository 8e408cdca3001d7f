"""Reads for results pages: statements in the reader's language, and what became of each."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import get_language

from minga.engage.models import Contribution, Conversation, Decision, Statement, Translation
from minga.engage.queries.conversations import public_statements
from minga.ledger.models import Edge

# From a contribution to the criterion that came of it: a decision and a ballot may lie between.
ON_THE_WAY = ("decision", "ballot", "criterion")
STEPS_TO_CRITERION = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A public statement as a reader sees it. ``text`` is a translation where ``original`` is not empty;
    ``decision`` and ``criterion`` ("proposed", "approved" or "") are what became of it."""

    statement: Statement
    text: str
    language: str
    original: str
    decision: Decision | None
    criterion: str

    @property
    def contribution(self) -> Contribution:
        return self.statement.contribution


def said(conversation: Conversation, only: Collection[str] | None = None) -> dict[str, Said]:
    """The public statements (those named ``only``, by primary key as text) in the language of the reader."""
    found = public_statements(conversation).select_related("contribution__project", "contribution__decision")
    if only is not None:
        found = found.filter(pk__in=[int(key) for key in only])
    statements = list(found)
    language = (get_language() or "en").partition("-")[0]
    made = Translation.objects.filter(statement__in=statements, language=language)
    translated = dict(made.values_list("statement_id", "text"))
    became = criteria([statement.contribution_id for statement in statements])
    return {str(one.pk): _said(one, translated.get(one.pk, ""), language, became) for one in statements}


def _said(one: Statement, translation: str, language: str, became: dict[int, str]) -> Said:
    given = one.contribution
    foreign = given.language != language and bool(translation)
    decision = getattr(given, "decision", None) if given.status == Contribution.Status.DECIDED else None
    return Said(
        statement=one,
        text=translation if foreign else given.text,
        language=language if foreign else given.language,
        original=given.text if foreign else "",
        decision=decision,
        criterion=became.get(given.pk, ""),
    )


def criteria(contributions: Iterable[int]) -> dict[int, str]:
    """Which contributions led to a criterion: primary key -> "proposed" or "approved", from the ledger."""
    origins: dict[tuple[str, str], set[int]] = {("contribution", str(pk)): {pk} for pk in contributions}
    became: dict[int, str] = {}
    for _step in range(STEPS_TO_CRITERION):
        after: dict[tuple[str, str], set[int]] = defaultdict(set)
        for cause, action, subject in _effects(origins):
            for pk in origins[cause]:
                if action == "criterion.approved" or (action == "criterion.proposed" and pk not in became):
                    became[pk] = action.removeprefix("criterion.")
                after[subject].add(pk)
        origins = dict(after)
    return became


def _effects(origins: Collection[tuple[str, str]]) -> list[tuple[tuple[str, str], str, tuple[str, str]]]:
    """(cause, action, subject) of the entries that follow from ``origins`` and lie on the way to a criterion."""
    kinds = defaultdict(list)
    for kind, identifier in origins:
        kinds[kind].append(identifier)
    found = []
    for kind, identifiers in kinds.items():
        edges = Edge.objects.filter(
            cause_kind=kind, cause_id__in=identifiers, entry__subject_kind__in=ON_THE_WAY
        ).values_list("cause_kind", "cause_id", "entry__action", "entry__subject_kind", "entry__subject_id")
        found += [((cause, number), action, (subject, pk)) for cause, number, action, subject, pk in edges]
    return found
