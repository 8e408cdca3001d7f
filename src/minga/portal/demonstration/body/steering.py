"""Who holds which office, money with conditions, a goal, a working group with minutes, a survey by link."""

from datetime import date, timedelta
from decimal import Decimal

from minga.ledger.action import BODY
from minga.portal.demonstration.teller import Teller
from minga.projects.actions import give_office
from minga.projects.models import Project
from minga.steering import actions
from minga.steering.models import FundingLine

OFFICES = (("ada", "chief_ai_officer"), ("lena", "ai_board"), ("fabia", "staff"))


def tell(t: Teller, first: Project, second: Project) -> None:
    t.at(60)
    for name, role in OFFICES:
        give_office(t.by("bea"), BODY, person=t.people[name], role=role)
    _reach(t, second, _money(t, second))
    _goal(t, first)
    _group(t)
    _survey(t)


def _money(t: Teller, second: Project) -> FundingLine:
    """The first part is paid at once, the second once the project has passed its third gate."""
    t.at(64)
    words = t.words["funding"]
    parts = [(Decimal(8000), "none", ""), (Decimal(12000), "gate", "3"), (Decimal(9000), "review", "4")]
    line = actions.state_funding(
        t.by("ada"), BODY, name=words["name"], giver=words["giver"], parts=parts, project=second
    )
    t.at(150)
    for part in list(line.instalments.order_by("number"))[:2]:
        actions.release(t.by("ada"), BODY, part)
    return line


def _reach(t: Teller, second: Project, line: FundingLine) -> None:
    """How many districts the tool is to reach, and twice how many it did and what that had cost."""
    words = t.words["coverage"]
    t.at(66)
    plan = actions.plan_coverage(
        t.by("fabia"), BODY, second, unit=words["unit"], wanted=words["wanted"], planned=words["planned"],
        fixed=Decimal(words["fixed"]), per_unit=Decimal(words["per_unit"]), source=words["source"],
        currency=line.currency,
    )  # fmt: skip
    for row in words["count"]:
        t.at(row["day"])
        actions.count_coverage(
            t.by("fabia"), BODY, plan, on=_day(t, 0), units=row["units"], spent=Decimal(row["spent"]),
            source=row["source"],
        )  # fmt: skip


def _goal(t: Teller, first: Project) -> None:
    words = t.words["goal"]
    t.at(90)
    when = t.moment + timedelta(days=300)
    goal = actions.set_goal(
        t.by("ada"), BODY, title=words["title"], reason=words["reason"], measure=words["measure"],
        owner=t.people["lena"], year=when.year, quarter=(when.month + 2) // 3, projects=[first],
    )  # fmt: skip
    t.at(160)
    actions.change_goal(t.by("ada"), BODY, goal, words["later"], {"state": "under_way"})


def _group(t: Teller) -> None:
    words = t.words["group"]
    t.at(100)
    group = actions.open_group(t.by("ada"), BODY, name=words["name"], purpose=words["purpose"])
    for name in ("flor", "fabia", "bruno"):
        actions.add_member(t.by("ada"), BODY, group, t.people[name])
    t.at(110)
    meeting = actions.call_meeting(t.by("fabia"), BODY, group, on=_day(t, 7), agenda=words["agenda"])
    t.at(118)
    follow_up = (words["follow_up"], t.people["flor"], _day(t, 40))
    actions.write_minutes(t.by("fabia"), BODY, meeting, minutes=words["minutes"], present=3, follow_ups=[follow_up])
    actions.decide(
        t.by("fabia"), BODY, meeting, text=words["decision"], votes_for=2, votes_against=1, abstained=0,
        dissent=words["dissent"],
    )  # fmt: skip
    t.at(140)
    actions.publish_output(t.by("fabia"), BODY, group, title=words["output"], url="https://guide.example/second-draft")


def _survey(t: Teller) -> None:
    t.at(180)
    about = t.words["survey_about"]
    survey = actions.open_survey(
        t.by("ada"), BODY, set_id="body_survey", title=about["title"], purpose=about["purpose"],
        closes=date(t.moment.year + 1, 12, 31),
    )  # fmt: skip
    actions.invite(t.by("ada"), BODY, survey, [(row["name"], "") for row in t.words["survey"]])


def _day(t: Teller, ahead: int) -> date:
    return (t.moment + timedelta(days=ahead)).date()
