"""A live conversation: people vote, the worker tallies, the results are read by keyboard, phone and in a frame."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Cast
from tests.browser.site import SLUG, Site
from tests.browser.test_keyboard import Keyboard
from tests.browser.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

TITLE = "What may a warning set off?"
SEEDS = [f"A warning may set off {what}." for what in ("a call", "a letter", "an audit", "a halt", "a fine", "nothing")]
PEOPLE = 14
WITHIN = 150.0


@pytest.fixture(scope="module")
def results(people: Cast, site: Site) -> str:
    """The address of a conversation's results after fourteen people have voted and the worker has tallied."""
    lena = people.lena
    lena.go(f"/projects/{SLUG}/conversations/new/")
    lena.fill(title=TITLE, seeds="\n".join(SEEDS), access="open")
    lena.send()
    assert TITLE in lena.read()
    api = f"{site.address}/api/engage"
    listed = requests.get(f"{api}/{SLUG}/conversations", timeout=20).json()
    number = next(one["id"] for one in listed if one["title"] == TITLE)
    for person in range(PEOPLE):
        vote(f"{api}/conversations/{number}/votes", person)
    until = time.monotonic() + WITHIN
    while requests.get(f"{api}/conversations/{number}/results", timeout=20).status_code != 200:
        assert time.monotonic() < until, f"no tally within {WITHIN} s"
        time.sleep(1)
    return f"/conversations/{number}/results/"


def vote(address: str, person: int) -> None:
    """All agree on the first three; every second person disagrees with the others."""
    token = ""
    for number in range(1, len(SEEDS) + 1):
        choice = "agree" if number <= 3 or person % 2 else "disagree"
        given: dict[str, str | int] = {
            "statement": number,
            "choice": choice,
            "token": token,
            "constituency": "residents",
        }
        reply = requests.post(address, json=dict(given), timeout=20)
        assert reply.status_code == 201, reply.text
        token = reply.json()["token"] or token


def test_the_results_are_read_without_script_and_by_keyboard(results: str, visitor: Callable[..., Walker]) -> None:
    walker = visitor(java_script_enabled=False)
    text = walker.go(results)
    assert walker.heading == "Most people agree on 3 of 6 statements. Opinions are split on 3."
    assert text.index(SEEDS[0]) < text.index("What divides") < text.index(SEEDS[5])
    assert "No groups are drawn" in text
    walker.press("All 6 statements")
    walker.press("number of votes")
    assert walker.path == f"{results}statements/?by=votes"

    seeing = visitor()
    seeing.go(results)
    keyboard = Keyboard(seeing.page)
    keyboard.tab_to("The same figures as a table")
    seeing.page.keyboard.press("Enter")
    assert seeing.page.locator("main table").first.is_visible()
    keyboard.tab_to("results (JSON)")
    keyboard.tab_to("Put the results on your own page")


@pytest.mark.parametrize(("width", "language"), list(itertools.product((1280, 390, 320), ("en-GB", "es"))), ids=str)
def test_axe_finds_nothing(results: str, visitor: Callable[..., Walker], width: int, language: str) -> None:
    walker = visitor(viewport={"width": width, "height": 844}, locale=language, bypass_csp=True)
    for path in (results, f"{results}statements/", results.replace("results", "embed")):
        walker.go(path)
        walker.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        walker.check()
        found = Axe().run(walker.page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"


@contextmanager
def newspaper(page: bytes) -> Iterator[str]:
    """The address of a site of its own that answers everything with ``page``."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize(("place", "allowed"), [("embed", True), ("results", False)])
def test_another_page_may_frame_only_the_embedded_one(
    results: str, site: Site, visitor: Callable[..., Walker], place: str, allowed: bool
) -> None:
    page = visitor().page
    framed = f"{site.address}{results.replace('results', place)}"
    with newspaper(f"<!doctype html><iframe src='{framed}' width='100%' height='600'></iframe>".encode()) as address:
        page.goto(address, wait_until="networkidle")
        inside = page.frames[1].evaluate("document.body ? document.body.innerText : ''")
    assert ("Most people agree on 3 of 6 statements" in inside) is allowed
    assert not allowed or page.context.cookies() == [], "a frame sets no cookie"
