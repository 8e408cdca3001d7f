"""The verbs of the record: describe what only people know, publish a version, take a pack for auditors."""

from typing import Any

from django.utils.translation import gettext as _

from minga.assess import worth
from minga.commission.actions.common import unchanged
from minga.ledger.action import Act, action
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid
from minga.register.actions.subscriptions import tell_followers
from minga.register.changes import compare
from minga.register.collect import build
from minga.register.document import TYPED, as_json
from minga.register.models import Pack, RecordQuestion, RecordText, RecordVersion
from minga.register.plain import writable

LONGEST = 5000


@action("record.described")
def describe(act: Act, field: str, text: str, seen: str = "") -> RecordText:
    """Write what only people know about one field (see ``document.TYPED``); an empty text takes it back.

    ``seen`` is the id of the text that the page showed ("0" where there was none); Conflict where another was written.
    """
    if field not in TYPED:
        raise Invalid(
            _("The record has no such text."),
            cause=_("What the project can say by itself is never typed."),
            fields={"field": _("Choose one from the list.")},
        )
    text = writable(text, "text")
    if len(text) > LONGEST:
        raise Invalid(_("The text is too long."), fields={"text": _("Use at most 5,000 characters.")})
    last = RecordText.objects.filter(project=act.place, field=field).order_by("-pk").first()
    unchanged(seen, last.pk if last else 0)
    if text == (last.text if last else ""):
        raise Invalid(_("Nothing was changed."), fields={"text": _("This is what the record says already.")})
    act.note(field=field, characters=len(text))
    return RecordText.objects.create(
        project=act.place,
        field=field,
        text=text,
        group=act.actor.group,
        person_id=act.person_id,
        written=act.now,
    )


@action("record.published", level="group")
def publish(act: Act, note: str = "") -> RecordVersion:
    """Freeze the record as it is now, with what changed since the last version.

    Blocked while it names no limits, or has a benefit of one kind only (efficiency or legitimacy); Conflict where
    nothing has changed.
    """
    document = as_json(build(act.place))
    _refuse_half(act.place, document)
    last = RecordVersion.objects.select_for_update().filter(project=act.place).order_by("-number").first()
    changes = compare(last.document if last else None, document)
    if last is not None and not changes:
        raise Conflict(_("Nothing has changed since the last version."), do=_("Read the version that is published."))
    made = RecordVersion.objects.create(
        project=act.place,
        number=last.number + 1 if last else 1,
        document=document,
        changes=changes,
        note=writable(note, "note")[:300],
        head=_head(act.place),
        published=act.now,
    )
    act.because(last, act.place, *_settle(act, made))
    act.note(number=made.number, changed=[change["field"] for change in changes] if last else [])
    tell_followers(act, made)
    return made


def _settle(act: Act, version: RecordVersion) -> list[RecordQuestion]:
    """The questions whose answers promised what this version brings."""
    promised = [RecordQuestion.Outcome.CORRECTED, RecordQuestion.Outcome.WITHDRAWN]
    found = list(RecordQuestion.objects.filter(project=act.place, outcome__in=promised, led_to=None))
    for question in found:
        question.led_to = version
        question.save(update_fields=["led_to"])
    return found


def _refuse_half(project: Any, document: dict[str, Any]) -> None:
    if not document["limits"]["value"]:
        raise Blocked(
            _("The record cannot be published yet."),
            reasons=[_("It does not say what the tool cannot do.")],
            do=_("Write at least one limit of the tool in the record's texts."),
        )
    missing = worth.report(project).missing
    if len(missing) == 1:
        words = _("It states no benefit of this kind: %(kind)s. One does not stand for the other.")
        raise Blocked(
            _("The record cannot be published yet."),
            reasons=[words % {"kind": missing[0].label}],
            do=_("State a benefit of the other kind too."),
        )


def _head(project: Any) -> int:
    entry = Entry.objects.filter(chain=project.chain).order_by("-seq").first()
    return entry.seq if entry else 0


@action("pack.taken")
def take_pack(act: Act, sha256: str, parts: dict[str, str]) -> Pack:
    """Note that an auditor pack of these bytes was taken. ``parts``: file name -> SHA-256."""
    act.because(act.place)
    act.note(sha256=sha256, files=len(parts))
    return Pack.objects.create(project=act.place, person_id=act.person_id, sha256=sha256, parts=parts, taken=act.now)
