"""Announce a panel, take names, close the pool, draw by lot."""

import datetime as dt
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from minga.engage import drawing
from minga.engage.actions.contributions import check_language
from minga.engage.models import (
    Panel,
    Panellist,
    PolicyArea,
    link_hash,
    random_id,
)
from minga.engage.queries import fresh
from minga.ledger.action import Act, Actor, By, action, may
from minga.ledger.models import Opening
from minga.ledger.refusals import Blocked, Conflict, Invalid, required
from minga.web.format import day

LINK_DAYS = 730
ANSWER_DAYS = 14
LARGEST = 500
S = Panellist.State


@action("panel.announced", level="collective")
def announce_panel(
    act: Act,
    title: str,
    task: str,
    policy_area: str,
    size: int,
    quotas: drawing.Quotas,
    seed_source: str,
    seed_on: dt.date,
    because: Sequence[Any] = (),
) -> Panel:
    """Announce a panel of ``size`` people with ``quotas`` {feature: {value: (low, high)}}.

    ``seed_source`` names the public number, not known before the day ``seed_on``, that the lot will be drawn with.
    """
    required(title=title, task=task, seed_source=seed_source)
    wrong = drawing.faults(quotas, size)
    if policy_area not in PolicyArea.values:
        wrong["policy_area"] = _("Choose one from the list.")
    if not 2 <= size <= LARGEST:
        wrong["size"] = _("Use a whole number from 2 to %(most)s.") % {"most": LARGEST}
    if seed_on <= act.now.date():
        wrong["seed_on"] = _("Choose a later day, so that nobody can know the number while people join.")
    if wrong:
        raise Invalid(_("The panel was not announced."), do=_("Correct what is marked."), fields=wrong)
    panel = Panel.objects.create(
        project=act.place,
        title=title.strip(),
        task=task.strip(),
        policy_area=policy_area,
        size=size,
        quotas=drawing.stored(quotas),
        seed_source=seed_source.strip(),
        seed_on=seed_on,
        announced=act.now,
    )
    act.because(*because)
    act.note(size=size, quotas=panel.quotas, seed_source=panel.seed_source, seed_on=seed_on.isoformat())
    return panel


@action("panel.joined")
def join_pool(act: Act, panel: Panel, features: Mapping[str, str], email: str = "", language: str = "") -> Panellist:
    """Put one's name into the pool, without a name: a coarse value for each feature, and an address if wanted.

    The entry is the panellist's own: it holds neither the values nor who sent the form.
    """
    panel = in_state(act, panel, Panel.State.OPEN)
    email = email.strip()
    wrong = {name: _("Choose one.") for name, values in panel.quotas.items() if features.get(name) not in values}
    if email and not _is_address(email):
        wrong["email"] = _("This is not an e-mail address. Write it like name@example.org, or leave it empty.")
    if wrong:
        raise Invalid(_("You are not in the pool yet."), do=_("Correct what is marked."), fields=wrong)
    panellist = _panellist(panel, {name: features[name] for name in panel.quotas}, act.now)
    panellist.language = check_language(language)
    panellist.save(force_insert=True)
    act.actor = Actor(key=panellist.key, group="residents", kind="visitor")
    act.because(panel)
    if email:
        act.commit_to("email", email, person_key=panellist.key)
    return panellist


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _panellist(panel: Panel, features: Mapping[str, str], now: dt.datetime, **more: str) -> Panellist:
    made = Panellist(pk=random_id(), panel=panel, features=dict(features), expires=now + timedelta(days=LINK_DAYS))
    made.link = link_hash(made.token)
    made.household, made.reference = more.get("household", ""), more.get("reference", "")
    return made


@action("pool.imported", level="collective")
def import_pool(act: Act, panel: Panel, pool: drawing.PoolFile) -> Panel:
    """Add the used rows of a file to the pool, such as answers to letters; its report says what was rejected."""
    panel = in_state(act, panel, Panel.State.OPEN)
    known = set(panel.panellists.exclude(reference="").values_list("reference", flat=True))
    new = [row for row in pool.used if row.reference not in known]
    again = [(row.line, _("This reference is in the pool already.")) for row in pool.used if row.reference in known]
    Panellist.objects.bulk_create(
        _panellist(panel, row.features, act.now, household=row.household, reference=row.reference) for row in new
    )
    rejected = sorted([*pool.rejected, *again])
    panel.import_report = {"rows": pool.rows, "used": len(new), "rejected": rejected}
    panel.save(update_fields=["import_report"])
    act.because(panel)
    act.note(rows=pool.rows, used=len(new), rejected=len(rejected))
    return panel


def close_pool(
    by: By,
    place: Any,
    panel: Panel,
    seed_source: str = "",
    seed_on: dt.date | None = None,
    quotas: drawing.Quotas | None = None,
) -> Panel:
    """Close the pool, fix the lottery over panels, and enter both in the ledger before the day of the seed.

    A later ``seed_on`` with its source may be named, where the announced day has come too soon; ``quotas`` may be
    changed where the pool cannot meet them. Both are public. Refused where no panel meets the quotas. The lottery is
    computed before the transaction begins, so that nobody else waits for it.
    """
    ready = drawing.Prepared()
    if may(by.actor, place, "pool.closed"):
        panel = fresh(place, panel)
        if panel.state == Panel.State.OPEN:
            _set_terms(panel, seed_source, seed_on, quotas, by.happened or timezone.now())
            ready = drawing.prepared(panel.panellists.exclude(state=S.LEFT), panel)
    return _close(by, place, panel, seed_source, seed_on, quotas, ready)


@action("pool.closed", level="collective")
def _close(
    act: Act,
    panel: Panel,
    seed_source: str,
    seed_on: dt.date | None,
    quotas: drawing.Quotas | None,
    ready: drawing.Prepared,
) -> Panel:
    panel = in_state(act, panel, Panel.State.OPEN)
    changed = quotas is not None and drawing.stored(quotas) != panel.quotas
    _set_terms(panel, seed_source, seed_on, quotas, act.now)
    people = list(panel.panellists.exclude(state=S.LEFT))
    if ready.lottery is None or {one.pk for one in people} != set(ready.numbers):
        raise Conflict(_("Somebody joined or left in this moment, so the pool is still open."), do=_("Close it again."))
    for one in people:
        one.number = ready.numbers[one.pk]
        one.probability = ready.lottery.chances[drawing.name_of(one)]
    Panellist.objects.bulk_update(people, ["number", "probability"], batch_size=500)
    panel.state, panel.closed, panel.pool_size = Panel.State.CLOSED, act.now, len(people)
    panel.lottery, panel.lottery_hash = ready.lottery.published(), ready.lottery.hash
    panel.fairness = ready.lottery.fairness.as_json()
    panel.pool_digest = drawing.digest(drawing.pool_file(panel))
    panel.save()
    act.because(panel)
    act.note(digest=panel.pool_digest, lottery=panel.lottery_hash, people=len(people))
    act.note(seed_source=panel.seed_source, seed_on=panel.seed_on.isoformat())
    act.note(quotas=panel.quotas, quotas_changed=changed)
    act.note(fairness={name: f"{panel.fairness[name]:.6f}" for name in ("lowest", "highest", "equal", "gini")})
    return panel


def _set_terms(
    panel: Panel, seed_source: str, seed_on: dt.date | None, quotas: drawing.Quotas | None, now: dt.datetime
) -> None:
    panel.seed_source = seed_source.strip() or panel.seed_source
    panel.seed_on = seed_on or panel.seed_on
    if panel.seed_on <= now.date():
        words = _("The number of this day may be known already. Name another source and a day that is still ahead.")
        raise Invalid(_("The pool was not closed."), fields={"seed_on": words})
    if quotas is not None:
        if wrong := drawing.faults(quotas, panel.size):
            raise Invalid(_("The pool was not closed."), fields=wrong)
        panel.quotas = drawing.stored(quotas)


@action("panel.drawn", level="collective")
def draw_panel(act: Act, panel: Panel, seed: str) -> Panel:
    """Draw the panel with the public number ``seed`` from the lottery that was fixed, and invite whoever is drawn."""
    panel, seed = fresh(act.place, panel), seed.strip()
    refuse_draw(panel, seed, act.now)
    if drawing.digest(drawing.pool_file(panel)) != panel.pool_digest:
        raise Conflict(
            _("The pool is not the one that was closed, so nothing was drawn."),
            cause=_("Somebody changed the database."),
            do=_("Restore the pool from a backup whose digest is the one in the ledger."),
        )
    members = drawing.drawn(panel, seed).members
    panel.state, panel.drawn, panel.seed = Panel.State.DRAWN, act.now, seed
    panel.save(update_fields=["state", "drawn", "seed"])
    invite(act, panel, members)
    act.because(panel)
    act.note(seed=seed, digest=panel.pool_digest, lottery=panel.lottery_hash, members=sealed(members))
    return panel


def invite(act: Act, panel: Panel, names: Sequence[str], instead_of: Sequence[Panellist] = ()) -> None:
    """Invite these people of the pool; who has left it since keeps an empty seat until the next round."""
    people = {drawing.name_of(one): one for one in panel.panellists.filter(state=S.POOL).exclude(number=None)}
    drawn = [people[name] for name in names if name in people]
    for place, one in enumerate(drawn):
        one.state, one.answer_by = S.INVITED, act.now + timedelta(days=ANSWER_DAYS)
        one.replaces = instead_of[place] if place < len(instead_of) else None
        one.save(update_fields=["state", "answer_by", "replaces"])
        _tell(act, one)


def sealed(names: Sequence[str]) -> str:
    """The digest of who was drawn: their numbers in order, one a line."""
    return drawing.digest("\n".join(sorted(names)))


def refuse_draw(panel: Panel, seed: str, now: dt.datetime) -> None:
    """Refuse a draw before the pool is closed or before the seed can be known."""
    required(seed=seed)
    if panel.state == Panel.State.OPEN:
        raise Blocked(_("The pool is still open."), do=_("Close it first, before the day of the seed."))
    if panel.state == Panel.State.DRAWN:
        raise Conflict(_("This panel has been drawn already."), do=_("Draw replacements where somebody is missing."))
    if now.date() < panel.seed_on:
        raise Blocked(
            _("The number for the lot is not published yet."),
            cause=_("It was announced for %(day)s.") % {"day": day(panel.seed_on)},
            do=_("Draw on that day or after it, with exactly the number that was published."),
        )


def _tell(act: Act, one: Panellist) -> None:
    """Write to whoever left an address and has not erased it."""
    languages = dict(settings.LANGUAGES)
    with translation.override(one.language if one.language in languages else None):
        told = {"panel": one.panel.title, "day": day(one.answer_by)}
        words = _(
            "You have been drawn for this panel: %(panel)s. Please answer by %(day)s, yes or no, on your private page:"
        )
        for to in addresses(one):
            link = f"{settings.MINGA_ADDRESS}{one.get_private_url()}"
            act.effect("email", to=to, subject=_("You have been drawn by lot"), text=f"{words % told}\n\n{link}")


def addresses(one: Panellist) -> list[str]:
    return list(Opening.objects.filter(person_key=one.key, field="email").values_list("value", flat=True))


def in_state(act: Act, panel: Panel, state: Panel.State) -> Panel:
    panel = fresh(act.place, panel)
    if panel.state != state:
        raise Conflict(
            _("This panel is past that, or not there yet."),
            cause=_("It is now: %(state)s.") % {"state": panel.get_state_display()},
            do=_("Open the panel again to see what comes next."),
        )
    return panel
