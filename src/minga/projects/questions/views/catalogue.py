"""The catalogue: every question set of this installation, what it is for, who wrote it, and how to use it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minga.instruments import actions, changes, library
from minga.instruments.definition import say
from minga.instruments.files import SetFile
from minga.instruments.instrument import Instrument
from minga.instruments.models import AddedSet
from minga.ledger.action import BODY, Actor, may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.models import Project
from minga.projects.questions import showing
from minga.projects.questions.forms import AddForm
from minga.projects.questions.paper import paper
from minga.projects.questions.place import Here, here_of
from minga.projects.questions.showing import Origin
from minga.projects.questions.topics import WORDS, country_name, topics


@dataclass(frozen=True, slots=True)
class Entry:
    """A set in the catalogue; ``use`` is where one takes it up, where that is possible from here."""

    id: str
    title: str
    purpose: str
    source: str
    date: str
    draft: bool
    languages: list[str]
    country: str
    topic_keys: list[str]
    topics: list[str]
    questions: int
    added: bool


@require_safe
def every(request: HttpRequest) -> HttpResponse:
    """All sets, found by words, topic and country; ``for`` names the project (or "body") one chooses for."""
    sought = {name: request.GET.get(name, "").strip() for name in ("q", "topic", "country", "for")}
    target = _target(request, sought["for"])
    sets = [one for one in library.everything() if target is None or target.fits(one.about)]
    found = [entry(one) for one in sets if matches(one, sought["q"], sought["topic"], sought["country"])]
    filtered = any(sought[name] for name in ("q", "topic", "country"))
    context = {
        "entries": sorted(found, key=lambda one: one.title),
        "groups": [] if filtered else by_topic(found),
        "total": len(sets),
        "mine": [] if any(sought.values()) else showing.asked_everywhere(actor_of(request)),
        "today": timezone.localdate(),
        "sought": sought,
        "topics": topics(),
        "countries": sorted({(one.country, country_name(one.country)) for one in sets if one.country}),
        "target": target,
        "may_add": may(actor_of(request), BODY, "instrument.added"),
        "may_body": may(actor_of(request), BODY, "instrument.answered"),
    }
    return render(request, "projects/questions/catalogue.html", context)


def by_topic(entries: list[Entry]) -> list[tuple[str, str, list[Entry]]]:
    """(topic, its name, its sets by title): each set under the first of its topics; those without one come last."""
    groups = []
    for key, words in [*topics(), ("", _("Other"))]:
        held = [one for one in entries if (one.topic_keys[0] if one.topic_keys else "") == key]
        if held:
            groups.append((key, str(words), sorted(held, key=lambda one: one.title)))
    return groups


def _target(request: HttpRequest, wanted: str) -> Here | None:
    if not wanted:
        return None
    return here_of(request) if wanted == "body" else here_of(request, wanted)


def matches(one: Instrument, words: str, topic: str, country: str) -> bool:
    """Whether a set has all the words (in any of its languages, accents aside), the topic and the country."""
    if (topic and topic not in one.topics) or (country and country != one.country):
        return False
    texts = (*one.title.values(), *one.intro.values(), *one.source.title.values(), one.id)
    return all(word in _plain(" ".join(texts)) for word in _plain(words).split())


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def entry(one: Instrument) -> Entry:
    return Entry(
        id=one.id, title=say(one.title, showing.language()),
        purpose=showing.first_sentences(say(one.intro, showing.language())),
        source=say(one.source.title, showing.language()), date=one.source.date, draft=one.draft,
        languages=[showing.native(code) for code in one.languages], country=country_name(one.country),
        topic_keys=list(one.topics),
        topics=[str(WORDS.get(topic, topic)) for topic in one.topics], questions=len(one.questions),
        added=one.id not in library.names(),
    )  # fmt: skip


@require_safe
def one(request: HttpRequest, set_id: str) -> HttpResponse:
    """A set to read: all its questions, where it comes from, its versions and what changed between them."""
    versions = library.versions(set_id)
    wanted = request.GET.get("version", "")
    found = library.find(set_id, wanted if wanted in versions else "")
    if found is None:
        raise Http404(_("There is no such question set here."))
    actor, chosen_for = actor_of(request), request.GET.get("for", "")
    added = AddedSet.objects.filter(set=set_id, version=found.version).first()
    older = versions[versions.index(found.version) + 1 :]
    context = {
        "entry": entry(found),
        "set": found,
        "parts": paper(found, {}),
        "versions": versions,
        "added": added,
        "changes": changes.compare(library.load(set_id, older[0]), found) if older else None,
        "places": [(here.title, here.url("questions_choose")) for here in places(actor, found, chosen_for)],
        **showing.heading(Here(None, actor), found),
    }
    return render(request, "projects/questions/one.html", context)


def places(actor: Actor, one: Instrument, first: str = "") -> list[Here]:
    """Where this person may take up the set and it is not asked yet: the project ``first``, others, the body."""
    if actor.person_id is None:
        return []
    mine = Project.objects.filter(memberships__person_id=actor.person_id, memberships__ended=None).distinct()
    every = [*(Here(project, actor) for project in mine.order_by("title")), Here(None, actor)]
    fitting = [here for here in every if here.fits(one.about) and here.may("instrument.chosen")]
    fitting.sort(key=lambda here: (here.project.slug if here.project else "body") != first)
    return [here for here in fitting if not showing.origins(here).get(one.id, Origin()).asked]


@require_safe
def download(request: HttpRequest, set_id: str) -> HttpResponse:
    """A set that ships with Minga, as its file. Of an added one only the publisher's address is given."""
    if set_id not in library.names():
        raise Http404(_("This set was published by others: get the file from its publisher."))
    content = (library.SETS / f"{set_id}.toml").read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{set_id}.toml"'}
    return HttpResponse(content, content_type="application/toml; charset=utf-8", headers=headers)


def add(request: HttpRequest) -> HttpResponse:
    """Add a set that others have published, by its file."""
    here = here_of(request)
    here.must("instrument.added")
    form = AddForm(request.POST or None, request.FILES or None)
    if made := acted(request, form, lambda given: _add(request, given)):
        messages.success(request, _("Added. Choose it for a project, or for the body."))
        return redirect("projects:instrument", made.set)
    return show(request, "projects/questions/add.html", form, here=here, catalogue=reverse("projects:instruments"))


def _add(request: HttpRequest, given: Mapping[str, Any]) -> AddedSet:
    companions = [_file(given[name], "") for name in ("requirements", "requirements_2") if given[name]]
    file = _file(given["file"], given["url"])
    return actions.add_set(by(request), BODY, file, given["set_id"], given["version"], companions)


def _file(upload: Any, url: str) -> SetFile:
    return SetFile(upload.name, upload.read(), url)
