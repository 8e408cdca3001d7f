"""Step 1: the need and its evidence, why it matters, what others have, and the ways without AI."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from minga.commission.actions.common import choose, next_version, unchanged
from minga.commission.models import Evidence, Need, Option, PriorSearch, Why
from minga.commission.queries import current_need, current_whys
from minga.inventory.models import System
from minga.inventory.queries import search
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, required

MOST_WHYS = 10


@action("need.stated", level="group")
def state_need(
    act: Act, statement: str, evidence: Sequence[Mapping[str, str]], affected: str = "", seen: str = ""
) -> Need:
    """Say what is wrong today, with at least one piece of evidence; said again, it is the next version.

    ``evidence`` holds mappings {"kind": "text" | "url" | "figure", "content": text, "source": text}.
    A figure needs a source and at least one digit; a page needs an address that begins with http.
    ``seen``: the version that the page showed ("0" for none), so that nobody writes over another.
    """
    required(statement=statement)
    pieces = [_piece(number, piece) for number, piece in enumerate(evidence, start=1)]
    if not pieces:
        raise Invalid(
            _("There is no evidence for this need."),
            cause=_("A tool is chosen only after somebody has shown that the need exists."),
            do=_("Add at least one observation, page or figure."),
            fields={"evidence": _("Add at least one piece of evidence.")},
        )
    earlier = current_need(act.place)
    unchanged(seen, earlier.version if earlier else 0)
    need = Need.objects.create(
        project=act.place,
        person_id=act.actor.person_id,
        at=act.now,
        version=next_version(Need, project=act.place),
        statement=statement.strip(),
        affected=affected.strip(),
    )
    Evidence.objects.bulk_create(Evidence(need=need, **piece) for piece in pieces)
    act.because(earlier)
    act.note(version=need.version, evidence=[piece["kind"] for piece in pieces])
    return need


def _piece(number: int, piece: Mapping[str, str]) -> dict[str, str]:
    """One piece of evidence, checked; Invalid names its place."""
    told = {name: str(piece.get(name) or "").strip() for name in ("kind", "content", "source")}
    wrong = ""
    if told["kind"] not in Evidence.Kind.values:
        wrong = _("Choose what kind of evidence it is.")
    elif not told["content"]:
        wrong = _("Say what the evidence is.")
    elif told["kind"] == Evidence.Kind.URL and not _is_web_address(told["content"]):
        wrong = _("Give an address that begins with https:// or http://.")
    elif told["kind"] == Evidence.Kind.FIGURE and not any(letter.isdigit() for letter in told["content"]):
        wrong = _("A figure needs a number.")
    elif told["kind"] == Evidence.Kind.FIGURE and not told["source"]:
        wrong = _("Say where the figure comes from.")
    if wrong:
        raise Invalid(
            _("Evidence %(number)s cannot be used.") % {"number": number},
            do=wrong,
            fields={f"evidence_{number}": wrong},
        )
    return told


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text


@action("why.answered")
def answer_why(act: Act, text: str, position: int | None = None, seen: str = "") -> Why:
    """Answer "why does it matter?" once more; with ``position`` (from 1), give a new version of that rung.

    ``seen``: the version of the rung that the page showed; for one more answer, the number of rungs.
    """
    required(text=text)
    need = current_need(act.place)
    if need is None:
        raise Blocked(_("There is no need to ask about yet."), do=_("State the need first."))
    rungs = current_whys(act.place)
    versions = {rung.position: rung.version for rung in rungs}
    unchanged(seen, len(rungs) if position is None else versions.get(position, 0))
    if position is None:
        position = len(rungs) + 1
    if not 1 <= position <= min(len(rungs) + 1, MOST_WHYS):
        raise Invalid(
            _("The ladder has no such rung."),
            cause=_("It has %(count)s rungs, and at most %(most)s.") % {"count": len(rungs), "most": MOST_WHYS},
            do=_("Answer the next one, or change one that is there."),
        )
    act.because(need, *(rung for rung in rungs if rung.position in (position - 1, position)))
    version = next_version(Why, project=act.place, position=position)
    act.note(position=position, version=version)
    return Why.objects.create(
        project=act.place,
        person_id=act.actor.person_id,
        at=act.now,
        need=need,
        position=position,
        version=version,
        text=text.strip(),
    )


@action("priors.searched")
def search_priors(act: Act, query: str, verdict: str, note: str, relevant: Sequence[int] = ()) -> PriorSearch:
    """Search the imported inventories and keep the query, what it found and the verdict.

    ``relevant`` are ids of systems worth a look. The search is run again here, so the count is never typed.
    """
    required(query=query, note=note)
    choose(PriorSearch.Verdict, verdict=verdict)
    searched = System.objects.count()
    if not searched:
        raise Blocked(
            _("No inventory has been imported, so there is nothing to search."),
            do=_("Ask the body to import one: minga inventory import."),
        )
    systems = list(System.objects.filter(pk__in=relevant))
    if len(systems) != len(set(relevant)):
        raise Conflict(_("A system that you marked is no longer there."), do=_("Search again."))
    if verdict == PriorSearch.Verdict.REUSE and not systems:
        wrong = _("Mark the system that may do.")
        raise Invalid(_("It is not clear which system may do."), do=wrong, fields={"relevant": wrong})
    made = PriorSearch.objects.create(
        project=act.place,
        person_id=act.actor.person_id,
        at=act.now,
        query=query.strip()[:300],
        searched=searched,
        found=search(query, most=1).total,
        verdict=verdict,
        note=note.strip(),
    )
    made.relevant.set(systems)
    act.because(current_need(act.place), *systems)
    act.note(query=made.query, searched=searched, found=made.found, relevant=len(systems), verdict=verdict)
    return made


@action("option.compared")
def compare_option(
    act: Act,
    title: str,
    kind: str,
    cost: str,
    time: str,
    affected: str,
    risk: str,
    reason: str,
    verdict: str = "open",
    seen: str = "",
) -> Option:
    """Put one way to meet the need beside the others; the same title again is its next version.

    The payload's "set" is "without_ai" for ways without AI and for changing nothing, so that a gate can count them.
    """
    required(title=title, affected=affected, risk=risk, reason=reason)
    choose(Option.Kind, kind=kind)
    choose(Option.Cost, cost=cost)
    choose(Option.Time, time=time)
    choose(Option.Verdict, verdict=verdict)
    title = title.strip()[:200]
    version = next_version(Option, project=act.place, title=title)
    unchanged(seen, version - 1)
    option = Option.objects.create(
        project=act.place,
        person_id=act.actor.person_id,
        at=act.now,
        title=title,
        version=version,
        kind=kind,
        cost=cost,
        time=time,
        affected=affected.strip(),
        risk=risk.strip(),
        verdict=verdict,
        reason=reason.strip(),
    )
    act.because(
        current_need(act.place),
        Option.objects.filter(project=act.place, title=title, version=version - 1).first(),
    )
    act.note(kind=kind, verdict=verdict, version=version, set="with_ai" if kind == Option.Kind.AI else "without_ai")
    return option
