"""A body adopts its charter."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from minga.engage.actions.contributions import check_language
from minga.engage.models import Charter, Commitment, Contribution
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid, required

LONGEST_COMMITMENT = 600


@action("charter.adopted", level="collective")
def adopt_charter(
    act: Act,
    title: str,
    commitments: Sequence[str],
    introduction: str,
    made_by: str,
    language: str = "",
    adopted: date | None = None,
    replaces: Charter | None = None,
    contributions: Mapping[int, Contribution] | None = None,
) -> Charter:
    """Adopt a charter: commitments in order, how it came about, and what it replaces. Place: ``BODY``.

    ``contributions``: number of a commitment (from 1) -> the contribution whose words stand behind it.
    """
    texts = [text.strip() for text in commitments if text.strip()]
    required(title=title, commitments=texts, introduction=introduction, made_by=made_by)
    adopted = adopted or timezone.localdate(act.now)
    behind = dict(contributions or {})
    _check(act, texts, adopted, replaces, behind)
    charter = Charter.objects.create(
        title=title.strip(),
        introduction=introduction.strip(),
        made_by=made_by.strip(),
        language=check_language(language),
        adopted=adopted,
        replaces=replaces,
        given=act.now,
    )
    Commitment.objects.bulk_create(
        Commitment(charter=charter, number=number, text=text, contribution=behind.get(number))
        for number, text in enumerate(texts, 1)
    )
    act.because(replaces, *behind.values())
    act.note(title=charter.title, language=charter.language, adopted=adopted.isoformat(), commitments=texts)
    return charter


def _check(
    act: Act, texts: list[str], adopted: date, replaces: Charter | None, behind: Mapping[int, Contribution]
) -> None:
    wrong: dict[str, str] = {}
    if long := next((text for text in texts if len(text) > LONGEST_COMMITMENT), None):
        words = _("This commitment is longer than %(most)s characters: %(text)s…")
        wrong["commitments"] = words % {"most": LONGEST_COMMITMENT, "text": long[:40]}
    elif len(set(texts)) < len(texts):
        wrong["commitments"] = _("One commitment stands here twice. Write each once, one per line.")
    if adopted > timezone.localdate(act.now):
        wrong["adopted"] = _("A charter is entered once it has been adopted. Choose today or an earlier day.")
    if any(not 1 <= number <= len(texts) for number in behind):
        wrong["contributions"] = _("A contribution stands behind a commitment of this charter. Check its number.")
    if any(not given.is_public for given in behind.values()):
        wrong["contributions"] = _("A contribution that is not shown cannot stand behind a commitment.")
    if wrong:
        raise Invalid(_("The charter was not adopted."), do=_("Correct what is marked."), fields=wrong)
    if replaces is not None and Charter.objects.filter(replaces=replaces).exists():
        words = _("Another charter has replaced this one already. Replace the newest one.")
        raise Conflict(_("The charter was not adopted."), cause=words, fields={"replaces": words})
