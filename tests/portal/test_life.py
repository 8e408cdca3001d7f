"""Who took part: only what is public counts, each person once, and small groups are told of to participants only."""

from decimal import Decimal

import pytest
from django.test import Client

from minga.commission.actions import estimate_beneficiaries, list_stakeholder
from minga.deliver.casework import receive
from minga.design.models import Criterion, Dataset
from minga.engage.actions import decide, moderate, submit
from minga.engage.models import Contribution
from minga.ledger import guard
from minga.ledger.action import GROUPS, Actor
from minga.ledger.models import Entry
from minga.portal import life
from minga.portal.views import _threads
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.deliver.served import opened_service

PAGE = "/projects/early-warnings/"
RESIDENTS, BUSINESS = GROUPS.index("residents"), GROUPS.index("business")


def say(project: Project, number: int = 0, group: str = "residents", text: str = "It must be fair.") -> Contribution:
    visitor = Actor(key=f"{group}-{number}", group=group, kind="visitor")
    return submit(by(visitor), project, text=text, group=group)


def heard(project: Project, cast: Cast, people: int, group: str = "residents") -> None:
    """So many visitors say something, and a moderator shows it."""
    for number in range(people):
        moderate(by(cast.mora), project, say(project, number, group), show=True)


def affected(project: Project, cast: Cast, **shares: int) -> None:
    for group, share in shares.items():
        listed = list_stakeholder(
            by(cast.lena), project, name=group, group=group, concern="It concerns them.", path="existing"
        )
        estimate_beneficiaries(
            by(cast.lena), project, who=group, kind="direct", low=1, high=9, source="Census",
            stakeholder=listed, share=Decimal(share),
        )  # fmt: skip


def in_step(project: Project, group: int, exact: bool = False) -> int | None:
    return life.participation(project, exact=exact).rows[0].counts[group]


def test_what_is_held_or_hidden_changes_no_figure(project: Project, cast: Cast) -> None:
    affected(project, cast, residents=100)
    given = say(project)
    assert in_step(project, RESIDENTS, exact=True) == 0
    assert life.took_part(project, exact=True) is None
    moderate(by(cast.mora), project, given, show=True)
    assert in_step(project, RESIDENTS, exact=True) == 1
    assert life.took_part(project, exact=True) is not None
    moderate(by(cast.mora), project, given, show=False, reason="off_topic")
    assert in_step(project, RESIDENTS, exact=True) == 0


def test_the_public_sees_no_figure_of_fewer_than_ten_persons(project: Project, cast: Cast) -> None:
    heard(project, cast, 9)
    heard(project, cast, 1)
    assert (in_step(project, RESIDENTS), in_step(project, BUSINESS)) == (None, 0)
    assert in_step(project, RESIDENTS, exact=True) == 10
    moderate(by(cast.mora), project, say(project, 10), show=True)
    assert in_step(project, RESIDENTS) == 11


def test_handing_a_case_in_and_telling_of_it_is_not_taking_part(project: Project, cast: Cast) -> None:
    service = opened_service(project)
    for number in range(3):
        visitor = Actor(key=f"applicant-{number}", group="residents", kind="visitor")
        source = {"need": "A new roof", "income": "1900"}
        receive(
            by(visitor), service, source, origin="form", route="web", contact={"name": "R", "email": "r@example.org"}
        )
    assert Entry.objects.filter(action__in=["case.received", "notice.made"], group="residents").count() >= 3
    assert in_step(project, RESIDENTS, exact=True) == 0
    (cloth,) = [row for row in life.weave(project).rows if row.link == "determination"]
    assert not cloth.stitches
    heard(project, cast, 1)
    assert in_step(project, RESIDENTS, exact=True) == 1


def test_each_person_counts_once(project: Project, cast: Cast) -> None:
    affected(project, cast, residents=60, business=40)
    for _ in range(5):
        submit(by(cast.rosa), project, text="Again.")
    submit(by(cast.bruno), project, text="Once.")
    chart = life.took_part(project, exact=True)
    assert chart is not None
    assert [(row.affected, row.took_part) for row in chart.rows] == [(60, 50), (40, 50)]
    assert "Residents: 1 of 2 people" in str(chart.caption)


def test_the_chart_shows_the_public_groups_of_ten_or_more(project: Project, cast: Cast) -> None:
    affected(project, cast, residents=50, business=30, digital=20)
    heard(project, cast, 12)
    heard(project, cast, 11, "business")
    chart = life.took_part(project)
    assert chart is not None
    assert [round(row.took_part or 0) for row in chart.rows] == [52, 48, 0]
    # One person more, and "12 of 24" beside "11 of 24" would tell of that one: the two are told of together.
    submit(by(cast.dario), project, text="From the digital team.")
    chart = life.took_part(project)
    assert chart is not None
    assert [(row.suppressed, row.took_part) for row in chart.rows][:3] == [(False, 50), (True, None), (True, None)]
    assert chart.rows[3].took_part == 50
    assert "11 of" not in str(chart.caption)


def test_where_no_group_may_be_shown_the_page_says_so(project: Project, cast: Cast, client: Client) -> None:
    affected(project, cast, residents=60, business=40)
    heard(project, cast, 3)
    page = client.get(PAGE).content.decode()
    assert "Too few people took part" in page
    assert "Fewer than ten people per group took part" in page
    assert "3 of 3" not in page
    client.force_login(cast.rosa)
    page = client.get(PAGE).content.decode()
    assert "Residents: 3 of 3 people" in page
    assert "where the numbers come from" in page


@pytest.fixture
def answered(project: Project, cast: Cast) -> list[Contribution]:
    """Seven decided contributions, the first decided first."""
    given = [submit(by(cast.rosa), project, text=f"Sentence {number}.") for number in range(7)]
    for each in given:
        decide(by(cast.lena), project, each, outcome="adopted", reason="Yes.")
    return given


def test_the_thread_that_went_furthest_leads(project: Project, answered: list[Contribution]) -> None:
    assert answered[0] not in _threads(project)
    with guard.open_for_action():
        data = Dataset.objects.create(project=project, name="Calls")
        for code, given, approved in (("C-01", answered[1], None), ("C-02", answered[0], answered[0].submitted)):
            Criterion.objects.create(
                project=project, code=code, sentence="Few.", metric="flag_rate", comparison="le", bound=1,
                dataset=data, contribution=given, approved=approved,
            )  # fmt: skip
    assert list(_threads(project)) == [answered[0], answered[1], *answered[:3:-1]]
