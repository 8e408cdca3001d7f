"""What the pages of question sets list: sets with their progress, sections as a list of tasks, who is asked what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from minga.instruments import library, queries
from minga.instruments.checks import DefinitionError
from minga.instruments.definition import Section, say
from minga.instruments.duties import blocking
from minga.instruments.instrument import Instrument
from minga.instruments.models import Answer, ChosenSet, Comment, Share
from minga.instruments.outcomes import Outcome, outcomes
from minga.instruments.published import published
from minga.instruments.queries import Filled
from minga.ledger.action import Actor
from minga.projects.models import Project
from minga.projects.queries import question_sets
from minga.projects.questions.language import chosen as language_chosen
from minga.projects.questions.place import Here
from minga.projects.screens import high_risk
from minga.projects.steps import STEPS, Step

PAGES = ("result", "answers", "offline", "share", "drop", "migrate", "sheet", "saved", "print")
LEAD = 300  # characters of a purpose that stand above the questions
type Stand = Literal["done", "begun", "open"]


def language() -> str:
    """The language of the questions: the one chosen for them, else that of the page."""
    return language_chosen() or get_language() or "en"


@dataclass(frozen=True, slots=True)
class Origin:
    """Why a set is asked here: a step with its gate (``screen``: it must be answered), or because it was chosen."""

    step: Step | None = None
    screen: bool = False
    chosen: ChosenSet | None = None

    @property
    def asked(self) -> bool:
        """False for a set that was dropped and of which only the answers remain."""
        return self.step is not None or self.chosen is not None


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who was asked to answer: what, until when, and how many of its required questions are missing."""

    share: Share
    set_title: str
    section_title: str
    missing: int
    href: str
    who: str
    end: str

    def is_late(self, today: date) -> bool:
        return self.share.due is not None and self.share.due < today


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section with what is asked in it now."""

    id: str
    title: str
    stand: Stand
    visible: int
    filled: int
    required: int
    missing: int
    comments: int
    href: str
    asked: list[Asked] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SetRow:
    """A set as it stands here, with what it comes to."""

    id: str
    title: str
    origin: Origin
    stand: Stand
    answered: int
    required: int
    filled: int
    visible: int
    blocks: list[str]
    outcomes: list[Outcome]
    asked: list[Asked]
    href: str
    result: str


def origins(here: Here) -> dict[str, Origin]:
    """Every set that is asked here, screens and the sets of early steps first, then chosen, then dropped ones."""
    found: dict[str, Origin] = {}
    if here.project:
        high = high_risk(here.project)
        for step in STEPS.values():
            screens = (*step.screens, *(step.high_screens if high else ()))
            found |= {name: Origin(step, screen=True) for name in screens}
            found |= {name: Origin(step) for name in question_sets(step) if name not in found}
    for chosen in chosen_here(here):
        before = found.get(chosen.set, Origin())
        found[chosen.set] = Origin(before.step, before.screen, chosen)
    kind, identifier = queries.about_of(here.place)
    rows = Answer.objects.filter(chain=here.place.chain, about_kind=kind, about_id=identifier).order_by("set")
    for name in rows.values_list("set", flat=True).distinct():
        found.setdefault(name, Origin())
    return {name: origin for name, origin in found.items() if exists(name)}


def chosen_here(here: Here) -> Iterable[ChosenSet]:
    kind, identifier = queries.about_of(here.place)
    return ChosenSet.objects.filter(chain=here.place.chain, about_kind=kind, about_id=identifier, ended=None)


def exists(set_id: str) -> bool:
    """Whether this installation has the set."""
    try:
        library.load(set_id)
    except DefinitionError:
        return False
    return True


def set_rows(here: Here) -> list[SetRow]:
    shares = open_shares(here)
    return [set_row(here, name, origin, shares) for name, origin in origins(here).items()]


def set_row(here: Here, set_id: str, origin: Origin, shares: Iterable[Share]) -> SetRow:
    found = queries.filled(here.place, set_id)
    done = found.completeness
    return SetRow(
        id=set_id, title=say(found.definition.title, language()), origin=origin,
        stand=_stand(len(done.missing), done.filled, done.visible, done.required),
        answered=done.answered, required=done.required, filled=done.filled, visible=done.visible,
        blocks=[say(case.text, language()) for case in blocking(found.definition, found.reading)],
        outcomes=outcomes(found, language()) if done.filled else [],
        asked=[asked(here, found, share) for share in shares if share.set == set_id],
        href=here.url("questions", set_id), result=here.url("questions_result", set_id),
    )  # fmt: skip


def open_shares(here: Here, set_id: str = "") -> list[Share]:
    """What people are asked to answer here and have not finished, those due first first."""
    kind, identifier = queries.about_of(here.place)
    rows = Share.objects.filter(chain=here.place.chain, about_kind=kind, about_id=identifier, ended=None)
    return list((rows.filter(set=set_id) if set_id else rows).select_related("person"))


def asked(here: Here, found: Filled, share: Share) -> Asked:
    sections = {section.id: section for section in found.definition.sections}
    part = sections.get(share.section)
    target = ("questions_section", share.set, share.section) if part else ("questions", share.set)
    return Asked(
        share=share, set_title=say(found.definition.title, language()),
        section_title=say(part.title, language()) if part else "",
        missing=len(missing_of(found, share.section)), href=here.url(*target),
        who=share.person.public_name, end=here.url("questions_share_end", share.pk),
    )  # fmt: skip


def asked_everywhere(actor: Actor) -> list[tuple[str, Asked]]:
    """What this person is asked in all projects and for the body: (where, what), those due first first."""
    found = queries.asked_of(actor)
    projects = {one.chain: one for one in Project.objects.filter(chain__in=[each.share.chain for each in found])}
    rows = []
    for each in found:
        here = Here(projects.get(each.share.chain), actor)
        if here.place.chain == each.share.chain:
            rows.append((here.title, asked(here, queries.filled(here.place, each.share.set), each.share)))
    return sorted(rows, key=lambda row: (row[1].share.due is None, row[1].share.due))


def missing_of(found: Filled, section: str) -> list[str]:
    """The required questions without an answer in a section, or ("") in the whole set."""
    of = found.definition.section_of
    return [id for id in found.completeness.missing if section in ("", of[id].id)]


def section_rows(here: Here, found: Filled) -> list[SectionRow]:
    """The sections in which something is asked now."""
    set_id = found.definition.id
    comments, shares = open_comments(here, set_id), open_shares(here, set_id)
    return [_section_row(here, found, section.id, comments, shares) for section in live_sections(found)]


def next_row(here: Here, rows: list[SectionRow]) -> SectionRow | None:
    """Where to go on: with what this person was asked, else with the first section that is not done."""
    waiting = [row for row in rows if row.stand != "done"]
    mine = [row for row in waiting if any(one.share.person_id == here.actor.person_id for one in row.asked)]
    return next(iter([*mine, *waiting]), None)


def live_sections(found: Filled) -> list[Section]:
    alive = {found.definition.section_of[id].id for id in found.reading.visible}
    return [section for section in found.definition.sections if section.id in alive]


def _section_row(here: Here, found: Filled, section: str, comments: Counter[str], shares: list[Share]) -> SectionRow:
    definition = found.definition
    visible = [id for id in found.reading.visible if definition.section_of[id].id == section]
    missing = missing_of(found, section)
    filled = sum(1 for id in visible if id in found.reading.answers)
    required = sum(1 for id in visible if definition.questions[id].required)
    return SectionRow(
        id=section, title=say(definition.section_of[visible[0]].title, language()),
        stand=_stand(len(missing), filled, len(visible), required),
        visible=len(visible), filled=filled, required=required, missing=len(missing),
        comments=sum(comments[id] for id in visible),
        href=here.url("questions_section", definition.id, section),
        asked=[asked(here, found, share) for share in shares if share.section == section],
    )  # fmt: skip


def _stand(missing: int, filled: int, visible: int, required: int) -> Stand:
    if filled and not missing and (required or filled == visible):
        return "done"
    return "begun" if filled else "open"


def open_comments(here: Here, set_id: str) -> Counter[str]:
    """Question id -> comments that nobody has settled."""
    return Counter(comments(here, set_id).filter(settled=None).values_list("question", flat=True))


def comments(here: Here, set_id: str, question: str = "") -> QuerySet[Comment]:
    kind, identifier = queries.about_of(here.place)
    rows = Comment.objects.filter(chain=here.place.chain, set=set_id, about_kind=kind, about_id=identifier)
    return (rows.filter(question=question) if question else rows).select_related("author")


def heading(here: Here, definition: Instrument) -> dict[str, object]:
    """What stands on every page of a set: its name, purpose, source and state, and its other pages here."""
    note = say(definition.draft_note, language()) or _("Nobody has checked this question set yet.")
    source = definition.source
    return {
        "set_id": definition.id,
        "set_title": say(definition.title, language()),
        "set_intro": first_sentences(say(definition.intro, language())),
        "set_whole": say(definition.intro, language()),
        "set_draft": note if definition.draft else "",
        "set_source": " · ".join(filter(None, (say(source.title, language()), say(source.place, language())))),
        "set_date": source.date,
        "set_url": source.url,
        "set_version": definition.version,
        "set_lang": instead_of(definition),
        "set_lang_name": native(instead_of(definition)),
        "set_lang_chosen": language_chosen(),
        "set_languages": [native(code) for code in definition.languages],
        "set_choices": choices(definition),
        "set_published": here.project is not None and bool(published(definition.id)),
        **{f"{name}_address": here.url(f"questions_{name}", definition.id) for name in PAGES},
        "set_address": here.url("questions", definition.id),
    }


def instead_of(definition: Instrument) -> str:
    """The language in which a set is shown, where it is not that of the page: chosen, or the set lacks that one."""
    here = (get_language() or "en").partition("-")[0]
    if language_chosen() in definition.languages:
        return language_chosen() if language_chosen() != here else ""
    if here in definition.languages or not definition.languages:
        return ""
    return "en" if "en" in definition.languages else definition.languages[0]


def choices(definition: Instrument) -> list[tuple[str, str, bool]]:
    """(code, its name, whether it is shown): the languages to choose from, where the page does not have all of them."""
    if set(definition.languages) <= {code for code, _name in settings.LANGUAGES}:
        return []
    shown = language_chosen() or instead_of(definition) or (get_language() or "en").partition("-")[0]
    return [(code, native(code), code == shown) for code in definition.languages]


def first_sentences(text: str) -> str:
    """As many whole sentences as fit a lead; the start of the first one where it is too long itself."""
    if len(text) <= LEAD:
        return text
    end = max(text.rfind(mark, 0, LEAD) for mark in (". ", "? ", "! "))
    return text[: end + 1] if end > 0 else f"{text[:LEAD].rsplit(' ', 1)[0]}…"


def native(code: str) -> str:
    """The name of a language in that language; the code where Django does not know it."""
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code


def newer_version(found: Filled, origin: Origin) -> str:
    """The version that the installation has after the one that is filled in here; "" where that is the newest."""
    newest = library.load(found.definition.id).version
    return newest if origin.chosen and newest != found.definition.version else ""
