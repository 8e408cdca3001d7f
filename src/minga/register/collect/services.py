"""By what right the services of a project work, and how people are told: as each service states it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from minga.deliver.models import Service
from minga.register.collect.sources import Ledger

STATED = ("service.opened", "service.changed")


def collect(ledger: Ledger) -> dict[str, Any]:
    """Two fields of the record that an open service answers; what somebody writes for the record goes before it.

    The sentences about telling people are in the language of the installation, like what the service says itself.
    """
    services = list(Service.objects.filter(project=ledger.project, closed=None).order_by("name"))
    with override(settings.LANGUAGE_CODE):
        told = _of_each(services, _telling)
    return {
        "legal_basis": ledger.known(_of_each(services, lambda service: service.lawful_basis.strip()), *STATED),
        "explanation_and_notice": ledger.known(told, *STATED),
    }


def _of_each(services: list[Service], say: Callable[[Service], str]) -> str:
    """What a service says; under the name of each where they say different things."""
    said = {service.name: text for service in services if (text := say(service))}
    if len(set(said.values())) == 1:
        return next(iter(said.values()))
    return "\n".join(f"{name}: {text}" for name, text in said.items())


def _telling(service: Service) -> str:
    """What each person is told, when and by which ways, from the terms of the service."""
    told = {"appeal": service.appeal_days, "answer": service.answer_days}
    helped = _("Each person is told before the decision what the tool is given, that it advises and a person decides.")
    first = helped if service.tool else _("Each person is told before the decision that a person decides.")
    asked = _("The tool reads the case only if they agree.") if service.tool and service.needs_consent else ""
    reasons = _(
        "With the determination they get its reason, its evidence and the way to appeal within %(appeal)d days, "
        "without an account; a person who did not touch the case answers within %(answer)d days."
    )
    other = _("Without a computer: %(route)s") % {"route": service.other_route.strip()}
    return " ".join(part for part in (first, asked, reasons % told, other) if part)
