"""How the tool of a new project is used: stages, the desk, the review, and the overseer's stop.

Continues ``story``: the same project, the same people.
"""

import re

from tests.browser.story import Way
from tests.browser.walker import Walker


def put_into_service(way: Way) -> None:
    """7: the risk level and what follows from it; then off -> shadow -> 1 % -> 10 %, one stage at a time."""
    lena = way.at("lena", "duties/risk/")
    lena.fill(level="low", reason="A warning is a sign for an auditor, who decides.")
    lena.send()
    for stage in ("shadow", "1", "10"):
        lena = way.at("lena", "stages/")
        lena.press("Change the stage")
        lena.fill(stage=stage, reason="The stage before brought no surprise.")
        lena.send()
    assert "In use at 10 %" in lena.read().replace("\u202f", " ").replace("\xa0", " ")


def draw_and_decide(way: Way) -> None:
    """7: the worker draws cases; one is decided after the advice, one before it; the party is told."""
    dario = way.at("dario", "stages/draw/")
    dario.send()
    flor = way.people.flor
    flor.until(way.home + "desk/?state=open", "Take this case")
    cases = _cases(flor)
    first, shown = _sort(flor, cases)
    _decide_after_advice(way, shown)
    _decide_before_advice(way, first)
    _tell_the_party(way)
    way.explain_absences()
    way.gate(7, agree=("lena", "rosa"))


def _cases(walker: Walker) -> list[str]:
    found = walker.page.locator("main a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return sorted({link for link in found if re.search(r"/desk/\d+/$", link or "")})


def _sort(flor: Walker, cases: list[str]) -> tuple[str, str]:
    """The first case to be decided before the advice, and the first on which the tool gives a sign."""
    first = shown = ""
    for case in cases:
        text = flor.go(case)
        if "You decide first" in text:
            first = first or case
        elif "Look closer" in text:
            shown = shown or case
        if first and shown:
            return first, shown
    raise AssertionError(f"{len(cases)} cases: decide first {first!r}, with a sign {shown!r}")


def _open_evidence(flor: Walker, case: str) -> None:
    """Open each piece of evidence and come back; where there is none, the whole source."""
    links = flor.page.locator('main a[href*="/source/?path="]').evaluate_all("all => all.map(a => a.href)")
    for link in links or [flor.address + case + "source/"]:
        flor.go(link.removeprefix(flor.address))
        flor.press("Back to the case")


def _decide_after_advice(way: Way, case: str) -> None:
    """Without the evidence opened an adverse decision is refused; with it, it raises a flag."""
    flor = way.people.flor
    flor.go(case)
    flor.press("Take this case")
    flor.fill(choice="accept", reason="No grounds are in the file.")
    assert "still closed" in flor.send(expect=422, within="section.decide form")
    _open_evidence(flor, case)
    flor.fill(choice="accept", reason="No grounds are in the file.")
    text = flor.send(within="section.decide form")
    assert re.search(r"Flag F-\d+ exists; the party is told first", text)


def _decide_before_advice(way: Way, case: str) -> None:
    """The advice is not on the page until the unaided decision is recorded."""
    flor = way.people.flor
    assert "Look closer" not in flor.go(case)
    flor.press("Take this case")
    flor.fill(choice="reject", reason="The file explains it.")
    text = flor.send(within="section.decide form")
    assert "The advice is open now" in text
    flor.fill(choice="reject", reason="The advice changes nothing.")
    assert "The case is closed" in flor.send(within="section.decide form")


def _tell_the_party(way: Way) -> None:
    flor = way.at("flor", "desk/")
    letters = flor.page.locator('main a[href*="/letter/"]')
    if letters.count() == 0:
        return
    flor.leave(letters.first.click)
    reply = flor.page.locator("main .value").first.inner_text().strip().removeprefix(flor.address)
    flor.press("The letter has been sent")
    party = way.people.visitor()
    assert "No grounds are in the file." in party.go(reply)
    party.fill(text="The earlier call is in the file.", contest=True)
    party.send()
    party.context.close()
    _moderate(way)
    fidel = way.at("fidel", "desk/contests/")
    assert fidel.page.locator('main a[href*="/contests/"]').count()


def _moderate(way: Way) -> None:
    """The moderator reads the reply and the contest, one form each."""
    for _one in range(2):
        mora = way.at("mora", "desk/moderation/")
        form = mora.page.locator("main form").first
        form.locator('[value="yes"]').check()
        mora.leave(form.locator("button").first.click)


def review(way: Way) -> None:
    """8: the lead opens the review, three groups answer it, the lead closes it."""
    lena = way.at("lena", "reviews/open/")
    lena.page.locator('main [name="release"]').first.check()
    lena.send()
    page = lena.path
    for name, verdict in (("flor", "keep"), ("bruno", "change"), ("rosa", "keep")):
        walker: Walker = getattr(way.people, name)
        walker.go(page + "answer/")
        answer_review(walker, verdict)
        assert walker.path == page, walker.read()
    way.explain_absences()
    way.at("lena", "steps/8/decide/")
    lena.fill(passed="yes", reason="Three groups have answered.")
    lena.send()


def answer_review(walker: Walker, verdict: str) -> None:
    """Fill in the review as it asks: what follows from an answer is asked after sending."""
    given = {
        "used": 3,
        "results__efficiency": "better",
        "results__effectiveness": "same",
        "results__reach": "cannot_say",
        "legitimacy__heard": "better",
        "legitimacy__fair": "same",
        "legitimacy__explained": "better",
        "legitimacy__contestable": "cannot_say",
        "unintended": "bad",
        "unintended_what": "A small supplier was asked about a flag by its bank.",
        "unintended_told": "told",
        "sustainable": 3,
        "verdict": verdict,
        "verdict_reason": "It saves the first look, and a person decides.",
    }
    for _round in range(3):
        asked = {name: value for name, value in given.items() if walker.page.locator(f'main [name="{name}"]').count()}
        walker.fill(**asked)
        missing = set(given) - set(asked)
        with walker.page.expect_navigation() as moved:
            walker.page.locator("main form button").first.click()
        walker.check()
        if moved.value.status == 200:
            return
        assert missing, walker.read()


def stop(way: Way) -> None:
    """The overseer stops it at once and alone; nobody sees advice any more."""
    olga = way.at("olga", "stages/")
    olga.press("Stop at once")
    olga.fill(reason="The bank should not have known of the flag.")
    olga.send()
    assert "Stopped" in olga.read()
    flor = way.at("flor", "desk/")
    cases = _cases(flor)
    if cases:
        flor.go(cases[0])
        assert "Look closer" not in flor.read()
