"""From a statement that people agree on to a criterion: draft, ballot of the participants, criterion, thread."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser

from tests.browser.conftest import NARROW, Cast
from tests.browser.crawl import axe_problems, plain_problems
from tests.browser.site import SLUG, Site, environment, served
from tests.browser.walker import Walker, day_parts

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

STATEMENT = "Whoever is flagged must see why."
SENTENCE = "No method has more than a quarter of its calls flagged."
# Where pictures of the pages are kept, for whoever wants to look at them.
PICTURES = os.environ.get("MINGA_TEST_PICTURES", "")

PEOPLE = """
import json, random
from datetime import timedelta
from django.utils import timezone
from minga.engage.actions import adopt_charter, cast_as_participant, cast_vote, close_ballot, join, make_invitations
from minga.engage.actions import open_conversation
from minga.engage.actions.invitations import fresh_codes
from minga.engage.models import Ballot, Conversation
from minga.engage.queries import participant_by
from minga.engage.seat import VOTER
from minga.engage.tasks import tally_conversation
from minga.ledger.action import BODY, By
from minga.people.models import Person
from minga.projects.models import Project
project = Project.objects.get(slug="SLUG")
def by(name): return By(Person.objects.get(username=name).actor)
"""
OPEN = """
seeds = ["STATEMENT", "Half of all tenders is too many.", "The tool may lower a score by itself.",
         "A wrong flag is marked as wrong in public.", "Emergency purchases are left out."]
held = open_conversation(by("fabia"), project, title="When should a tender set off a warning?", seeds=seeds,
                         access="codes", constituencies=["residents", "business"])
tokens = []
for group, people in (("residents", 16), ("business", 11)):
    codes = fresh_codes(people)
    make_invitations(by("fabia"), project, held, codes, timezone.now() + timedelta(days=30), group)
    tokens += [join(VOTER, project, held, code=code).token for code in codes]
for number, token in enumerate(tokens):
    seat = participant_by(held, token)
    for place, statement in enumerate(held.statements.order_by("number")):
        choice = 1 if place in (0, 1) else -1 if place == 2 else 1 if (number < 16) == (place == 3) else -1
        cast_vote(VOTER, project, seat, statement, choice)
tally_conversation.func(held.pk)
print(json.dumps({"conversation": held.pk, "tokens": tokens,
                  "contribution": held.statements.get(number=1).contribution_id}))
"""
VOTE = """
ballot = Ballot.objects.get(pk=BALLOT)
for number, token in enumerate(TOKENS):
    seat = participant_by(ballot.conversation, token)
    cast_as_participant(VOTER, project, ballot, seat, "no" if number == 3 else "yes")
later = By(Person.objects.get(username="fabia").actor, happened=ballot.closes + timedelta(minutes=1))
print(json.dumps(close_ballot(later, project, ballot).passed))
"""


def act(site: Site, script: str, **names: object) -> Any:
    """Let people act on the running installation, by the same actions as its pages."""
    told = PEOPLE + script
    for name, value in {"SLUG": SLUG, "STATEMENT": STATEMENT, **names}.items():
        told = told.replace(name, str(value))
    done = subprocess.run(
        [sys.executable, "-m", "minga", "django", "shell", "-v", "0", "-c", told],
        env=environment(site.home), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def own_site(story: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A copy of the story for this journey alone: its criterion must not meet those of other tests."""
    with served(story, tmp_path_factory.mktemp("agreement") / "home") as running:
        yield running


@pytest.fixture(scope="module")
def cast(browser: Browser, own_site: Site) -> Iterator[Cast]:
    people = Cast(browser, own_site)
    yield people
    for walker in people.here.values():
        walker.context.close()


def seen(walker: Walker, path: str, name: str, language: str = "en") -> str:
    """Open a page, look at it with axe, and keep a picture of it."""
    text = walker.go(path)
    found = plain_problems(walker) + axe_problems(walker, Axe())
    assert not found, f"{path}: {found}"
    assert walker.page.locator("html").get_attribute("lang") == language
    if not PICTURES:
        return text
    width = walker.page.viewport_size["width"] if walker.page.viewport_size else 0
    walker.page.screenshot(path=Path(PICTURES) / f"{name}-{language}-{width}.png", full_page=True)
    return text


def look(cast: Cast, path: str, name: str) -> list[str]:
    """The page for a visitor: wide in English, and on a phone in Spanish."""
    texts = []
    for options, language in (({}, "en"), ({"viewport": NARROW, "locale": "es-PY"}, "es")):
        walker = cast.visitor(**options)
        texts.append(seen(walker, path, name, language))
        walker.context.close()
    return texts


def drafted(lena: Walker, contribution: int) -> str:
    """Lena writes the criterion beside the statement and its votes, and opens the ballot; gives its address."""
    text = seen(lena, f"/projects/{SLUG}/criteria/from/{contribution}/", "draft")
    for words in (STATEMENT, "Everybody", "Residents", "Businesses", "All voices agree"):
        assert words in text, words
    lena.send(expect=422)
    lena.fill(sentence=SENTENCE, metric="flag_share", group_by="procurement_method", comparison="le", bound="25")
    lena.page.locator('main [name="dataset"]').first.check()
    lena.fill(minimum_group="30", binding="yes", quorum="20", threshold="60")
    lena.fill(quorum_residents="8", quorum_business="5")
    lena.fill(**day_parts("closes", timezone.localdate() + timedelta(days=7)))
    lena.send()
    assert "/ballots/" in lena.path, lena.read()
    return lena.path


def vote(walker: Walker, link: str, ballot: str) -> None:
    """A participant opens the private link on a phone, without JavaScript, and votes in two steps."""
    walker.go(link)
    walker.go(ballot)
    walker.press("Votar")
    text = seen(walker, walker.path, "cast", "es")
    assert SENTENCE in text
    assert "Qué pasa con mi voto" in text
    walker.press("Sí")
    walker.press("Emitir este voto")
    assert walker.path == ballot


def test_a_statement_becomes_a_criterion(cast: Cast, own_site: Site) -> None:
    told = act(own_site, OPEN)
    lena = cast.lena
    ballot = drafted(lena, told["contribution"])
    number = ballot.rstrip("/").rpartition("/")[2]
    look(cast, ballot, "ballot-open")

    first, *others = told["tokens"]
    phone = cast.visitor(viewport=NARROW, locale="es-PY", java_script_enabled=False)
    phone.go(ballot)
    assert phone.page.get_by_role("button", name="Votar").count() == 0
    phone.context.close()
    voter = cast.visitor(viewport=NARROW, locale="es-PY")
    vote(voter, f"/conversations/{told['conversation']}/link/{first}/", ballot)
    voter.context.close()

    assert act(own_site, VOTE, BALLOT=number, TOKENS=others) is True
    (english, spanish) = look(cast, ballot, "ballot-closed")
    assert "A ballot passed this; no criterion yet" in english
    assert "Una votación lo aprobó; aún no hay criterio" in spanish

    seen(lena, f"/projects/{SLUG}/ballots/{number}/against/", "against")
    lena.go(ballot)
    lena.press("Put it in force")
    assert "The tool must meet this" in lena.read()
    criterion = lena.path
    assert SENTENCE in lena.read()
    look(cast, criterion, "criterion")
    english, spanish = look(cast, f"/threads/contribution/{told['contribution']}/", "thread")
    for words in (STATEMENT, "Everybody", SENTENCE, "26 yes, 1 no, 0 abstained", "is in force", "Today:"):
        assert words in english, words
    for words in (STATEMENT, SENTENCE, "26 sí, 1 no", "está en vigor", "Hoy:"):
        assert words in spanish, words


def test_a_charter_is_adopted_and_linked(cast: Cast, own_site: Site) -> None:
    act(
        own_site,
        'charter = adopt_charter(by("bea"), BODY, title="Data charter", introduction="What we promise.", '
        'made_by="A panel of 24 residents, four months.", commitments=["No method is flagged out of proportion.", '
        '"Whoever is flagged sees why."])\nprint(charter.pk)',
    )
    lena = cast.lena
    lena.go(f"/projects/{SLUG}/criteria/C-01/")
    seen(cast.ada, f"/projects/{SLUG}/criteria/C-01/retire/", "retire")
    seen(cast.bea, "/charters/new/", "adopt")
    lena.press("Link it to a commitment")
    seen(lena, lena.path, "link")
    lena.choose("commitment", "No method is flagged out of proportion.")
    lena.fill(why="Both speak of proportion.")
    lena.send()
    assert lena.path == f"/projects/{SLUG}/criteria/C-01/", lena.read()
    assert "No method is flagged out of proportion." in lena.read()
    lena.go("/charters/")
    lena.press("Data charter")
    english, spanish = look(cast, lena.path, "charter")
    assert "A criterion stands behind 1 of 2 commitments" in english
    assert "No tool is held to this yet" in english
    assert "Todavía no se exige a ninguna herramienta" in spanish
    look(cast, "/charters/", "charters")
