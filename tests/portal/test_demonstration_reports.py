"""The second story: every page of people in charge has something true to show, told by the product's own actions."""

from django.test import Client
from django.utils import timezone

from minga.assess import experience, seals, worth
from minga.assess.models import Alert, Demand, Incident, Review, Seal, Watching
from minga.deliver import hearings, quality
from minga.deliver.models import Appeal, Case, Drill, Route, SecondReading, StageChange
from minga.design.models import Check, Trial
from minga.learning.models import Certificate
from minga.ledger import queries
from minga.ledger.models import Entry
from minga.portal.demonstration.load import load
from minga.procurement.models import Interest, Procedure
from minga.projects.models import Project, Task
from minga.register.collect.system import kind
from minga.register.models import RecordQuestion
from minga.steering import money
from minga.steering.models import FundingLine

PAGES = (
    "", "watch/", "quality/", "appeals/", "reviews/", "worth/", "experience/", "seal/", "stages/", "duties/",
    "stop-rules/", "oversight/", "trials/", "record/", "who/", "steps/8/",
)  # fmt: skip
BODY = (
    ("/body/", "Chief AI officer"),
    ("/body/portfolio/", "Street reports to the right desk"),
    ("/body/", "tasks of the body are overdue"),
    ("/body/portfolio/", "Reaches 3 of 5 planned (districts)"),
    ("/body/coverage/street-reports-to-the-right-desk/", "1,400\u00a0EUR more than planned"),
    ("/suppliers/", "Telar"),
    ("/procurement/", "Guaraní"),
    ("/learning/events/", "Two days on reports in Guaraní"),
)


def test_the_second_story_is_told_to_its_seal(db: None, client: Client) -> None:
    load()
    project = Project.objects.get(slug="street-reports-to-the-right-desk")
    _walked_its_steps(project)
    _came_into_use(project)
    _was_decided_and_contested(project)
    _was_watched_and_judged(project)
    for page in PAGES:
        assert client.get(f"/projects/{project.slug}/{page}").status_code == 200, page
    assert b"one lamp" in client.get("/incidents/").content
    _the_body_did_its_part(project)
    for where, shown in BODY:
        assert shown in client.get(where).content.decode(), (where, shown)


def _walked_its_steps(project: Project) -> None:
    gates = list(project.gates.order_by("decided").values_list("step", "passed"))
    assert gates == [(step, True) for step in range(1, 9)]
    checks = Check.objects.filter(project=project).order_by("pk").values_list("version__version", "state")
    assert list(checks) == [("1.0", "failed"), ("1.1", "passed")]
    trial = Trial.objects.get(project=project)
    assert trial.ended == trial.ends
    assert trial.report["judged"] == trial.report["tried"] > 0
    entries = Entry.objects.filter(chain=project.chain)
    assert set(entries.values_list("history", flat=True)) == {"demonstration"}
    assert all(entry.happened < entry.recorded for entry in entries)
    assert queries.verify().faults == []


def _came_into_use(project: Project) -> None:
    changes = StageChange.objects.filter(project=project).exclude(reason__startswith="Drill").order_by("pk")
    assert list(changes.values_list("stage", flat=True)) == ["shadow", "1", "10", "50"]
    drills = Drill.objects.filter(project=project)
    assert [drill.stage for drill in drills.order_by("at")] == ["1", "50"]
    assert all(drill.shows_it_works for drill in drills)


def _was_decided_and_contested(project: Project) -> None:
    real = Case.objects.filter(project=project, rehearsal=False)
    assert real.filter(state=Case.State.OPEN, advised__isnull=False).count() >= 5
    assert set(real.values_list("route", flat=True)) == set(Route.values)
    assert SecondReading.objects.filter(case__project=project, given=None).exists()
    known = (quality.commission_rate, quality.overrule_share)
    for figure in (*(find(project) for find in known), *quality.seconds(project), quality.second_reader_kappa(project)):
        assert figure.value is not None, figure
    assert quality.second_reader_kappa(project).value != 1
    appeals = hearings.appeal_figures(project, groups=False)
    assert (appeals.waiting, appeals.overdue) == (1, 0)
    assert appeals.won.value is not None
    tested = Appeal.objects.filter(determination__case__project=project).exclude(test_case=None)
    assert all(appeal.test_case and appeal.test_case.state == "agreed" for appeal in tested)
    assert tested.exists()


def _was_watched_and_judged(project: Project) -> None:
    months = Watching.objects.filter(project=project)
    assert months.count() >= 6
    storm = Alert.objects.get(project=project, metric="output")
    assert storm.figure["where"] == "trees"
    assert not Alert.objects.filter(project=project, acknowledged=None).exists()
    incident = Incident.objects.get(project=project)
    assert (incident.state, incident.cases.count()) == ("closed", 4)
    assert Demand.objects.get(project=project).answered is not None
    review = Review.objects.get(project=project)
    assert (review.outcome, review.answers.values("group").distinct().count()) == ("change", 5)
    brought = worth.report(project)
    assert all(line.reached for line in brought.lines)
    assert not brought.missing
    assert {cost.kind for cost in brought.costs} == {"human", "financial", "environmental"}
    assert {part.key for part in experience.report(project).people if part.counted} == {"yes", "no"}
    assert Seal.objects.get(project=project).holds()
    assert all(result.met for result in seals.results(project, timezone.now()))


def _the_body_did_its_part(project: Project) -> None:
    """Money by conditions, a jury of which one stands aside, a course at a gate, a question with its answer."""
    paid = FundingLine.objects.get(project=project).instalments.order_by("number")
    assert [part.released is not None for part in paid] == [True, True, False]
    reached = money.reach(project)
    assert reached is not None
    assert [count.units for count in reached.coverage.counts.all()] == [2, 3]
    assert (reached.over, reached.affordable) == (1400, 6)
    assert (project.oecd_task, project.oecd_function) == kind(project)
    call = Procedure.objects.get(project=project)
    assert Interest.objects.filter(offer__procedure=call, conflict=True).count() == 1
    assert Certificate.objects.filter(course="deciding_on_ai").count() == 2
    assert set(RecordQuestion.objects.values_list("outcome", flat=True)) > {""}
    assert Task.objects.filter(project=project, credit__gt="").exists()
