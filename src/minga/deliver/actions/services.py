"""A service opens, changes its terms, and closes."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from minga.deliver import handover
from minga.deliver.models import Determination, Service
from minga.deliver.terms import SHARES, checked
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, required

Field = Mapping[str, Any]


@action("service.opened")
def open_service(
    act: Act,
    /,
    name: str,
    purpose: str,
    lawful_basis: str,
    other_route: str,
    fields: Sequence[Field],
    outcomes: Sequence[Field],
    tool: str = "",
    **more: Any,
) -> Service:
    """Open a service that people can hand cases in to. ``more`` are further terms of ``minga.deliver.terms``.

    ``fields`` and ``outcomes`` as in the model. Raises Invalid naming every term that cannot be used.
    """
    required(name=name, purpose=purpose, lawful_basis=lawful_basis, other_route=other_route)
    terms = checked(
        {"name": name, "purpose": purpose, "lawful_basis": lawful_basis, "other_route": other_route, "tool": tool,
         "fields": fields, "outcomes": outcomes, **more}
    )  # fmt: skip
    service = Service.objects.create(project=act.place, slug=_slug(act, name), opened=act.now, **terms)
    _note(act, service)
    return service


@action("service.changed")
def change_service(act: Act, /, service: Service, reason: str, **terms: Any) -> Service:
    """Change terms of an open service. An outcome that somebody got keeps its meaning."""
    required(reason=reason)
    service = _open(act, service)
    changed = checked(terms)
    if "outcomes" in changed:
        _keep_meaning(service, changed["outcomes"])
    before = {name: getattr(service, name) for name in changed}
    for name, value in changed.items():
        setattr(service, name, value)
    service.save()
    handover.send_again(service)
    act.because(service)
    act.note(reason=reason, changed=sorted(name for name in changed if before[name] != changed[name]))
    return service


@action("service.closed")
def close_service(act: Act, service: Service, reason: str) -> Service:
    """Take no more cases. Those that came are still decided."""
    required(reason=reason)
    service = _open(act, service)
    service.closed, service.form_open = act.now, False
    service.save(update_fields=["closed", "form_open"])
    act.because(service)
    act.note(reason=reason)
    return service


def _open(act: Act, service: Service) -> Service:
    found = Service.objects.select_for_update().filter(pk=service.pk, project=act.place).first()
    if found is None:
        raise Invalid(_("This service belongs to another project."), do=_("Open it from its own project."))
    if found.closed is not None:
        raise Conflict(_("This service is closed."), do=_("Open a new one under its own name."))
    return found


def _slug(act: Act, name: str) -> str:
    slug = slugify(name)[:50] or "service"
    taken = {"new", *Service.objects.filter(project=act.place, slug__startswith=slug).values_list("slug", flat=True)}
    return next(each for each in (slug, *(f"{slug}-{n}" for n in range(2, len(taken) + 3))) if each not in taken)


def _keep_meaning(service: Service, outcomes: Sequence[Field]) -> None:
    """Refuse to drop an outcome that was decided, or to change whether it goes against the person."""
    given = Determination.objects.filter(case__service=service).exclude(outcome="")
    adverse = {outcome["code"]: outcome["adverse"] for outcome in outcomes}
    wrong = [
        service.outcome_words(code)
        for code in given.order_by("outcome").values_list("outcome", flat=True).distinct()
        if adverse.get(code) != (code in service.adverse)
    ]
    if wrong:
        raise Blocked(
            _("Outcomes that were given to somebody keep their meaning."),
            reasons=wrong,
            do=_("Leave them in the list as they are, or open a new service."),
        )


def _note(act: Act, service: Service) -> None:
    act.note(
        tool=service.tool,
        needs_consent=service.needs_consent,
        display=str(service.display),
        outcomes=[outcome["code"] for outcome in service.outcomes],
        adverse=sorted(service.adverse),
        **{name: str(Decimal(str(getattr(service, name)))) for name in SHARES},
    )
