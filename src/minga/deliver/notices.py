"""What a person is told about their case, in their language, frozen as it was told; and when it is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, TypedDict

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from minga.deliver import queries
from minga.deliver.advising import release_for
from minga.deliver.facts import CHARACTERS, source_value
from minga.deliver.models import Appeal, Case, Contact, Determination, Notice, Route, Service, Stage
from minga.deliver.showing import withheld
from minga.design.models import Release
from minga.ledger.action import Act
from minga.people.models import Person
from minga.projects.models import Project
from minga.tools.base import Advice
from minga.web.format import day, percent, trimmed

WHOLE = "/"


class Section(TypedDict):
    """One heading of a notice: paragraphs, somebody's own words, a list; each may be empty."""

    title: str
    text: list[str]
    quote: str
    items: list[str]


class Content(TypedDict):
    """A notice as it is kept and shown: ``language`` is that of its words, ``lead`` its first sentence."""

    language: str
    title: str
    lead: str
    service: str
    case: str
    sections: list[Section]


def section(title: str, *text: str, quote: str = "", items: Sequence[str] = ()) -> Section:
    return Section(title=title, text=[part for part in text if part], quote=quote, items=list(items))


def language_of(contact: Contact | None) -> str:
    """The language to write in: the person's, where documents are written in it."""
    known = [code for code, _name in settings.LANGUAGES]
    code = (contact.language if contact else "")[:2]
    return code if code in known else known[0]


def contact_of(case: Case) -> Contact | None:
    """Who stands behind a case, where that is known and was not erased."""
    contact = holder_of(case)
    return contact if contact is not None and contact.erased is None else None


def holder_of(case: Case) -> Contact | None:
    """Who holds the private link of a case. The link goes on working after the rest of the contact was erased."""
    found: Contact | None = getattr(case, "contact", None)
    return found


# When a person is told


def on_receipt(act: Act, case: Case) -> Notice | None:
    """Within the action that receives a case: tell its person that a tool helps here, before any advice.

    None where there is nobody to tell: nothing is known of who it is, or it was made for practice.
    """
    contact = contact_of(case)
    known = contact is not None and (contact.email or contact.address or contact.name)
    return _told(act, case, None) if known or case.origin == Case.Origin.FORM else None


def after_determination(act: Act, determination: Determination) -> Notice | None:
    """Within the action that decides a case of a service: tell its person what was decided and how to contest it.

    Who was erased before reads it by their private link: forgetting them does not take away their right to contest.
    """
    return _told(act, determination.case, determination)


def _told(act: Act, case: Case, determination: Determination | None) -> Notice | None:
    from minga.deliver.actions.notices import make_notice

    if case.service is None or case.rehearsal or holder_of(case) is None:
        return None
    about = f"notice-{case.pk}-{determination.pk if determination else 'first'}"
    return make_notice(act.by.also(about), act.place, case, determination)


# The first notice


def first(case: Case) -> Content:
    """ "An AI tool helps here": who decides, what the tool is given, what the person can do."""
    service = _service(case)
    with override(language_of(contact_of(case))):
        helps, sentences = _part_of_tool(case, service)
        title = _("An AI tool helps here, and a person decides") if helps else _("A person decides your case")
        given = [str(field["words"]) for field in service.fields if field["shown_to_tool"]] if helps else []
        sections = [
            section(_("What happens with your case"), *sentences, _by_when(case)),
            section(
                _("What you can do"),
                _("Your private page shows how your case stands and who looked at it."),
                _("When it is decided you are told why, and how to contest it. You need no account.")
            ),
            *_help(service),
        ]  # fmt: skip
        if given:
            words = _("The tool is given these fields of your case and nothing else:")
            sections.insert(1, section(_("What the tool is given"), words, items=given))
        lead = _("We have your case: %(service)s.") % {"service": service.name}
        return _content(case, title, lead, sections)


def _part_of_tool(case: Case, service: Service) -> tuple[bool, list[str]]:
    """(whether a tool reads the case, the sentences that say what its part is)."""
    person = _("A person reads your case and decides it.")
    release = _release(case, service)
    stage = queries.stage_of(release) if release else Stage.OFF
    if release is None or stage == Stage.OFF:
        return False, [_("At present no AI tool is used for this service."), person]
    if service.needs_consent and not case.consents.filter(withdrawn=None).exists():
        return False, [_("You did not agree that a tool reads your case, so none does."), person]
    tool = {"tool": f"{release.version.tool} {release.version.version}"}
    if stage == Stage.SHADOW:
        trial = _("The tool “%(tool)s” is on trial: it reads your case, but nobody who decides sees what it says.")
        return True, [trial % tool, person]
    return True, [
        _("The tool “%(tool)s” reads your case and proposes an outcome.") % tool,
        _("A person reads your case too, and decides. The tool decides nothing."),
        _("In some cases, drawn by lot, the person decides before they see what the tool says."),
    ]


def _release(case: Case, service: Service) -> Release | None:
    return case.release if case.release is not None else release_for(service)


def _by_when(case: Case) -> str:
    when = case.received + timedelta(days=_service(case).decide_days)
    return _("You can expect a decision by %(day)s.") % {"day": day(when)}


# The notice of a determination


def decided(made: Determination) -> Content:
    """What was decided, by whom, why, on what evidence, what the tool said and whether it was followed."""
    case, service = made.case, _service(made.case)
    with override(language_of(holder_of(case))):
        outcome = service.outcome_words(made.outcome)
        title = _("Decided on your case: %(outcome)s") % {"outcome": outcome}
        lead = _("A person decided, not a tool: %(name)s, on %(day)s.")
        sections = [
            section(_("The reason"), quote=made.reason),
            section(_("What the decision rests on"), items=_rests_on(made)),
            _what_the_tool_said(made),
            section(_("If you think this is wrong"), *_how_to_contest(service)),
            *_help(service),
        ]
        if made.difference.get("appeal"):
            words = _("It changes an earlier decision, after an appeal. Whoever decided now had not touched the case.")
            sections.insert(0, section(_("After an appeal"), words))
        filled = lead % {"name": made.person.public_name, "day": day(made.recorded)}
        return _content(case, title, filled, sections)


def _rests_on(made: Determination) -> list[str]:
    rows = evidence_used(made)
    if not rows:
        return [_("The whole of what you gave us")]
    return [f"{label}: {value}" if value else label for label, value in rows]


def field_of(path: str) -> str:
    return CHARACTERS.sub("", path).strip("/").split("/")[0]


def _personal(service: Service) -> set[str]:
    return {field["name"] for field in service.fields if field["personal"]}


def evidence_used(made: Determination) -> list[tuple[str, str]]:
    """(name of the field, its value) for each piece of the case that the person opened before deciding.

    Of a personal field there is no value: its person knows it, and once erased it must not live on here.
    """
    case, service = made.case, _service(made.case)
    names = {field["name"]: str(field["words"]) for field in service.fields}
    personal = _personal(service)
    opened = case.opened.filter(person=made.person_id, at__lte=made.recorded).exclude(path=WHOLE)
    rows = []
    for path in opened.order_by("pk").values_list("path", flat=True):
        there, value = source_value(case.source, path)
        if there and not isinstance(value, dict | list):
            name = field_of(path)
            rows.append((names.get(name, path), "" if name in personal else str(value)))
    return rows


def _what_the_tool_said(made: Determination) -> Section:
    case = made.case
    title = _("What the tool said")
    if not case.advice:
        return section(title, _("No tool advised on your case."))
    told = case.told.in_language(_language())
    after_appeal = bool(made.difference.get("appeal"))
    if after_appeal and withheld(case, None) is None:
        return section(title, *_proposal(case, told), items=_explained(case, told))
    if after_appeal or not saw_advice(made):
        unseen = _("A tool read your case, but the person who decided did not see what it said.")
        return section(title, unseen)
    if told.proposal is None:
        return section(title, _("The tool proposed nothing: %(cause)s") % {"cause": told.abstained_because or ""})
    same = _service(case).outcome_advised(told.proposal) == made.outcome
    followed = _("The person decided the same.") if same else _("The person decided otherwise.")
    unaided = _("They had first decided without seeing it; both decisions are kept.") if made.revises_id else ""
    return section(title, *_proposal(case, told), followed, unaided, items=_explained(case, told))


def saw_advice(made: Determination) -> bool:
    """Whether the advice was open to the person when they decided."""
    return bool(made.case.advice) and not made.before_advice


def _proposal(case: Case, told: Advice) -> list[str]:
    if told.proposal is None:
        return [_("The tool proposed nothing.")]
    service = _service(case)
    outcome = service.outcome_words(service.outcome_advised(told.proposal) or told.proposal)
    words = _("The tool proposed: %(outcome)s.") % {"outcome": outcome}
    if told.probability is None:
        return [words]
    return [words, _("It gave this a probability of %(share)s.") % {"share": percent(100 * told.probability, 0)}]


def _explained(case: Case, told: Advice) -> list[str]:
    """The tool's reasons on this one case, each with what it measured."""
    lines, personal = [], _personal(_service(case))
    for reason in told.reasons:
        rows = [row for row in reason.evidence if field_of(row.path) not in personal]
        rows = [row for row in rows if not isinstance(row.value, dict) and not _said(row.value, reason.sentence)]
        read = [f"{row.read_as or row.path}: {row.value}" for row in rows]
        bare = reason.measured is None or (reason.bound is None and not rows)
        measured = "" if bare else f" ({trimmed(reason.measured or 0)} {reason.unit})".replace(" )", ")")
        lines.append(f"{reason.sentence}{measured}" + (f" – {'; '.join(read)}" if read else ""))
    return lines


def _said(value: Any, sentence: str) -> bool:
    """Whether a sentence quotes the words of a case already."""
    return isinstance(value, str) and bool(value) and value in sentence


def _how_to_contest(service: Service) -> list[str]:
    return [
        _("You can contest this decision. It costs nothing and you need no account."),
        _("Another person, who has not touched your case, answers within %(days)d days.")
        % {"days": service.answer_days},
        _("Say in your own words what is wrong. You can add what was not known before."),
    ]


# Both


def _service(case: Case) -> Service:
    if case.service is None:
        raise ValueError(f"{case} came from a dataset: notices are about cases of a service.")
    return case.service


def _language() -> str:
    return (get_language() or "en")[:2]


def _help(service: Service) -> list[Section]:
    contact = str(settings.MINGA_CONTACT)
    asked = _("Write to %(address)s.") % {"address": contact} if contact else ""
    return [section(_("Without a computer, and where help is"), service.other_route, asked)]


def _content(case: Case, title: str, lead: str, sections: list[Section]) -> Content:
    return Content(
        language=_language(),
        title=title,
        lead=lead,
        service=_service(case).name,
        case=case.label,
        sections=sections,
    )


def plain(content: Mapping[str, Any]) -> str:
    """A notice as the text of an e-mail."""
    parts = [str(content["title"]), str(content["lead"])]
    for found in content["sections"]:
        quote = [f"“{found['quote']}”"] if found["quote"] else []
        lines = [*found["text"], *quote, *(f"- {item}" for item in found["items"])]
        parts.append("\n".join([found["title"], *lines]))
    return "\n\n".join(parts)


def until(notice: Notice, now: datetime | None = None) -> datetime | None:
    """Until when the determination can be contested; of a letter that has not left, counted from today."""
    if notice.appeal_by is None or notice.sent is not None:
        return notice.appeal_by
    return max(notice.appeal_by, last_moment(now or timezone.now(), _service(notice.case).appeal_days))


def last_moment(start: datetime, days: int) -> datetime:
    """The end of the day that lies ``days`` days after that of ``start``, here: a time limit is told as a day."""
    last = timezone.localdate(start) + timedelta(days=days)
    return timezone.make_aware(datetime.combine(last, time(23, 59, 59)))


def to_send(project: Project) -> QuerySet[Notice]:
    """Notices that no e-mail carried: letters to print, or words to say at the counter. The oldest first."""
    found = Notice.objects.filter(case__project=project, sent=None)
    return found.select_related("case__service", "case__contact", "determination").order_by("pk")


def first_way(contact: Contact, case: Case) -> str:
    """How a notice leaves by itself: by e-mail, on the private page of who came online; "" where people send it."""
    if contact.erased is not None:
        return Route.WEB
    if contact.email:
        return Route.EMAIL
    return Route.WEB if case.route == Route.WEB and not contact.address else ""


def forget(case: Case) -> None:
    """Within the action that erases who a case is about: addresses of appeals, and the words of answered ones.

    The words of an open appeal stay until it is answered.
    """
    appeals = Appeal.objects.filter(determination__case=case)
    appeals.filter(state=Appeal.State.ANSWERED).update(text="", email="")
    appeals.update(email="")


def unname(key: str) -> None:
    """Within the action that erases an official: frozen notices say their group in place of their name."""
    person = Person.objects.filter(key=key).first()
    if person is None or not person.display_name:
        return
    names, group = (person.public_name, person.display_name), str(person.get_group_display())
    for notice in Notice.objects.filter(determination__person=person):
        notice.content = _without(notice.content, names, group)
        notice.save(update_fields=["content"])


def _without(content: Any, names: Sequence[str], instead: str) -> Any:
    """The same content in which each of ``names`` stands as ``instead``."""
    if isinstance(content, str):
        for name in names:
            content = content.replace(name, instead)
        return content
    if isinstance(content, dict):
        return {key: _without(value, names, instead) for key, value in content.items()}
    return [_without(value, names, instead) for value in content] if isinstance(content, list) else content


def forget_if_erased(case: Case) -> None:
    """Within the action that answers an appeal: what its person wrote goes now, where they were erased meanwhile."""
    holder = holder_of(case)
    if holder is not None and holder.erased is not None:
        forget(case)
