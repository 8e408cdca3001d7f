"""A determination goes back to the body's own case system, signed, through the outbox (docs/casework.md)."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from minga import env
from minga.deliver.models import Case, Determination, Service
from minga.deliver.terms import SECRET
from minga.jobs.models import Outbox
from minga.jobs.outbox import sender
from minga.ledger.action import SYSTEM, Act, Actor, By, may
from minga.projects.models import Project
from minga.tools.intake.addresses import is_public, resolve

SIGNATURE, STAMP, KEY = "Minga-Signature", "Minga-Timestamp", "Idempotency-Key"
SECONDS = 20.0


class NotHandedOver(Exception):
    """The other system did not take it; the outbox tries again."""


def send(act: Act, made: Determination) -> None:
    """Within an action: put the hand-over of a determination into the outbox, where the service has an address."""
    service = made.case.service
    if service is not None and service.hook_url and not made.case.rehearsal:
        act.effect("webhook", determination=made.pk)


def body_of(made: Determination) -> dict[str, Any]:
    """What the other system is told. Of the case itself only the fields that are marked for it; never the contact."""
    case, service = made.case, made.case.service
    if service is None:
        raise NotHandedOver("Only cases of a service are handed over.")
    marked = [field["name"] for field in service.fields if field.get("handed_over")]
    return {
        "case": case.number,
        "id": outside_id_of(case),
        "service": service.slug,
        "determination": made.pk,
        "outcome": made.outcome,
        "outcome_words": service.outcome_words(made.outcome),
        "adverse": made.adverse,
        "reason": made.reason,
        "decided_by": made.person.name,
        "decided": made.recorded.isoformat(),
        "fields": {name: case.source.get(name) for name in marked},
    }


def outside_id_of(case: Case) -> str:
    """The id that the case has in the system it came from, or the one it was given here."""
    return case.process.removeprefix(f"{case.service.slug}:") if case.service else case.process


def signature(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 over the time stamp, a full stop and the body, in hexadecimal figures."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@sender("webhook")
def deliver(content: Mapping[str, Any]) -> None:
    """Send one determination; raises NotHandedOver where the other system does not answer 2xx."""
    from minga.deliver.actions.handing import hand_over

    rows = Determination.objects.select_related("case__service", "case__project", "person")
    made = rows.get(pk=content["determination"])
    service = made.case.service
    if service is None or not service.hook_url:
        raise NotHandedOver("The service names no address any more.")
    if superseded(made):
        return
    key = f"determination-{made.pk}"
    _post(service.hook_url, _secret(service.hook_secret), key, body_of(made))
    hand_over(By(SYSTEM, once=key), made.case.project, made)


def superseded(made: Determination) -> bool:
    """Whether a newer decision stands on the case: sent late, the older one would overwrite it there."""
    newer = Determination.objects.filter(case=made.case_id, pk__gt=made.pk)
    return newer.exclude(choice=Determination.Choice.CANNOT_TELL).exists()


def given_up(project: Project) -> QuerySet[Determination]:
    """Decisions that the body's own system did not take, however often they were sent."""
    failed = Outbox.objects.filter(kind="webhook", failed=True, sent=None)
    made = [item.content["determination"] for item in failed]
    return Determination.objects.filter(pk__in=made, case__project=project, handed_over=None)


def send_again(service: Service) -> int:
    """Within an action that mended the terms: what was given up is tried again from the start; returns how many."""
    made = list(given_up(service.project).filter(case__service=service).values_list("pk", flat=True))
    failed = Outbox.objects.filter(kind="webhook", failed=True, content__determination__in=made)
    return failed.update(failed=False, tries=0, due=timezone.now())


def waiting(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """For whoever sets the terms: decisions that never arrived, as (words, where to mend it)."""
    if actor.person_id is None or not may(actor, project, "service.changed"):
        return []
    rows = given_up(project).order_by("case__service").values_list("case__service__slug").annotate(count=Count("pk"))
    return [(_not_arrived(count), reverse("deliver:service_change", args=[project.slug, slug])) for slug, count in rows]


def _not_arrived(count: int) -> str:
    words = ngettext(
        "%(count)d decision did not reach your own system: mend its address or secret",
        "%(count)d decisions did not reach your own system: mend its address or secret",
        count,
    )
    return words % {"count": count}


def _secret(name: str) -> str:
    secret = env.text(name) if SECRET.fullmatch(name) else ""
    if not secret:
        raise NotHandedOver(f"The operator has not set {name or 'the secret of this service'}, so nothing is sent.")
    return secret


def _post(address: str, secret: str, key: str, content: Mapping[str, Any]) -> None:
    """POST to the first address of the host that takes the connection; a redirect is not followed."""
    body = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    stamp = str(int(time.time()))
    url = httpx.URL(address)
    headers = {
        "Host": url.netloc.decode("ascii").rpartition("@")[2],
        "Content-Type": "application/json",
        STAMP: stamp,
        SIGNATURE: f"sha256={signature(secret, stamp, body)}",
        KEY: key,
    }
    extensions = {"sni_hostname": url.raw_host.decode("ascii")}
    pinned = url.copy_with(host=_address(address))
    try:
        with httpx.Client(timeout=SECONDS, trust_env=False, follow_redirects=False) as client:
            answer = client.send(
                client.build_request("POST", pinned, content=body, headers=headers, extensions=extensions)
            )
    except httpx.HTTPError as error:
        raise NotHandedOver(f"{url.host} could not be reached: {error or type(error).__name__}") from error
    if not answer.is_success:
        raise NotHandedOver(f"{url.host} answered {answer.status_code}; anything but 2xx is tried again.")


def _address(address: str) -> str:
    """The checked network address: https to a public one, or whatever the operator lists in MINGA_HOOK_HOSTS."""
    parts = urlsplit(address)
    host = (parts.hostname or "").rstrip(".").lower()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    listed = {name.lower() for name in env.words("MINGA_HOOK_HOSTS")}
    found = resolve(host, port)
    if not listed.isdisjoint({host, f"{host}:{port}"}):
        return found[0].partition("%")[0]
    if parts.scheme != "https" or not all(map(is_public, found)):
        raise NotHandedOver(
            f"{host} is refused: a hand-over goes to a public https address, or to a host in MINGA_HOOK_HOSTS."
        )
    return found[0].partition("%")[0]
