"""Every page that can be reached by links, one address per kind of page, looked at by axe."""

import re
from collections.abc import Iterable, Iterator

from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve

from tests.browser.walker import Walker

MOST = 120
# Pages that only differ by what they hold are one kind; of these at most so many are looked at.
EACH = 2
LINKS = "links => links.map(link => link.getAttribute('href'))"
OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"
SKELETON = """() => [...new Set([...document.body.querySelectorAll('*')].map(
    one => `${one.tagName}.${one.getAttribute('class') || ''}.${one.getAttribute('type') || ''}`))]"""
NOT_PAGES = re.compile(
    r"\.(json|jsonl|csv|zip|pdf|atom|xlsx|toml|md)(\?|$)|/(file|feed)/$|[?&]format=csv|^/api/|^/static/|^/accounts/logout/"
)


def kind_of(path: str) -> str:
    """The name of the page's address pattern, with what its query asks for."""
    plain, _mark, query = path.partition("?")
    try:
        found = resolve(plain)
    except Resolver404:
        return "nobody serves " + plain
    part = "&".join(sorted(pair.partition("=")[0] for pair in query.split("&") if pair))
    return f"{found.view_name} {found.kwargs.get('kind', '')} {part}".strip()


def pages(walker: Walker, start: Iterable[str] = ("/",)) -> Iterator[str]:
    """Walk along links, breadth first; yields each kind of page while the walker stands on it."""
    waiting, seen, kinds = list(start), set(start), dict[str, int]()
    while waiting and sum(kinds.values()) < MOST:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kinds.get(kind, 0) >= (EACH if " " not in kind else 1):
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        walker.go(path)
        yield path
        for link in walker.page.locator("a[href^='/'], a[href^='?']").evaluate_all(LINKS):
            there = (path.partition("?")[0] + link if link.startswith("?") else link).partition("#")[0]
            if there not in seen and not NOT_PAGES.search(there):
                seen.add(there)
                waiting.append(there)


def is_new(walker: Walker, known: set[tuple[str, str]]) -> bool:
    """Whether this page holds a kind of element that was not yet seen on a page of its kind; remembers all."""
    kind = kind_of(walker.path).partition(" ")[0]
    here = {(kind, element) for element in walker.page.evaluate(SKELETON)}
    new = not here <= known
    known |= here
    return new


def plain_problems(walker: Walker) -> list[str]:
    """The heading, the title, the language."""
    page, found = walker.page, []
    if (headings := page.locator("h1").count()) != 1:
        found.append(f"{headings} headings of level 1")
    if not re.match(r"\S+.* – \S+", page.title()):
        found.append(f"title {page.title()!r}")
    if page.locator("html").get_attribute("lang") not in ("en", "es"):
        found.append("no language")
    return found


def axe_problems(walker: Walker, axe: Axe) -> list[str]:
    """What axe finds with everything opened that can be opened."""
    page, found = walker.page, []
    page.evaluate(OPEN_ALL)
    for violation in axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]:
        places = [node["html"][:200] for node in violation["nodes"][:3]]
        found.append(f"{violation['id']}: {violation['help']}: {places}")
    return found
