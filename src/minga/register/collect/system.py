"""The tool: versions, data, what it had to meet and how it did, and above all what it cannot do."""

from collections.abc import Iterable
from typing import Any

from minga.deliver import hearings, quality
from minga.deliver import queries as deliver
from minga.deliver.models import Draw, Service, Stage
from minga.design.models import Check, Criterion, Dataset, SignedException, ToolVersion
from minga.design.offered import installed
from minga.design.tools import card_from_json
from minga.ledger.models import Entry
from minga.projects.models import Project
from minga.register.collect.sources import Ledger, day
from minga.register.models import RecordText
from minga.register.rows import CheckRow, CriterionRow, Data, Known, Limit, Measure, Model, Share, Source
from minga.tools.base import Card, Figure


def collect(ledger: Ledger) -> dict[str, Any]:
    project = ledger.project
    card = current_card(project)
    on_card = [Source(kind="card", name=card.name)] if card else []
    task, function = kind(project)
    return {
        "capability": _on(task, on_card or ledger.sources("project.opened")),
        "function": _on(function, on_card or ledger.sources("project.opened")),
        "models": ledger.known(_models(project), "version.registered"),
        "learns_in_use": Known(card.learns, on_card) if card else None,
        "performance": ledger.known(_performance(project), "determination.recorded", "appeal.decided"),
        "criteria_and_checks": ledger.known(_criteria(project), "criterion.approved", "check.finished"),
        "development_origin": ledger.known(_origin(project), "version.registered"),
        "exceptions": ledger.known(_exceptions(project), "exception.signed"),
        "datasets": ledger.known(_datasets(project), "dataset.imported", "dataset.assessed"),
    }


def kind(project: Project) -> tuple[str, str]:
    """Task and function by the OECD's codes: those on the tool's card, else the project's; "" where nobody said."""
    card = current_card(project)
    return (card.oecd_task, card.oecd_function) if card else (project.oecd_task, project.oecd_function)


def _origin(project: Project) -> str:
    """Who made the versions: the supplier, the body, or both; "" where none was registered."""
    makers = Entry.objects.filter(chain=project.chain, action="version.registered").order_by()
    groups = set(makers.values_list("group", flat=True).distinct())
    if not groups:
        return ""
    if "provider" not in groups:
        return "in_house"
    return "bought" if groups == {"provider"} else "both"


def _on(value: str, sources: list[Source]) -> Known[str] | None:
    return Known(value, sources) if value else None


def current_version(project: Project) -> ToolVersion | None:
    """The version in service, else the newest."""
    service = deliver.in_service(project)
    if service:
        return service[0][0].version
    return ToolVersion.objects.filter(project=project).order_by("-pk").first()


def current_card(project: Project) -> Card | None:
    """The card of the version in service, else of the newest; None without a version or a card."""
    version = current_version(project)
    return card_of(version) if version else None


def card_of(version: ToolVersion) -> Card | None:
    """The card that the tool gave when it was registered, else that of the tool installed here; None without either."""
    if version.card:
        return card_from_json(version.card)
    found = installed().get(version.tool)
    return found.card if found is not None else None


def share(found: Figure) -> Share:
    return Share(count=found.count, of=found.of, value=found.value, low=found.low, high=found.high)


def _models(project: Project) -> list[Model]:
    served = {release.version_id for release, _stage in deliver.in_service(project)}
    rows = []
    for version in ToolVersion.objects.filter(project=project).order_by("pk"):
        card = card_of(version)
        rows.append(
            Model(
                name=version.tool,
                version=version.version,
                task=card.oecd_task if card else "",
                input=list(card.data_needed) if card else [],
                summary=dict(card.summary) if card else {},
                learns=card.learns if card else None,
                content_hash=version.content_hash,
                change_note=version.change_note,
                registered=day(version.registered),
                in_use=version.pk in served,
            )
        )
    return rows


def _performance(project: Project) -> list[Measure]:
    whole = [("precision", deliver.precision(project)), ("missed", deliver.missed_share(project)),
             ("withdrawn", deliver.withdrawn_share(project)), ("kept", deliver.unaided_agreement(project))]  # fmt: skip
    if Service.objects.filter(project=project).exists():
        whole += [("overruled", quality.overrule_share(project)),
                  ("control_missed", quality.missed_share_of_control(project)),
                  ("appeals_won", hearings.appeal_figures(project, groups=False).won)]  # fmt: skip
    rows = [Measure(metric=name, slice="", share=share(figure)) for name, figure in whole if figure.of]
    return rows + [
        Measure(metric="precision", slice=figure.group, share=share(figure))
        for figure in deliver.precision_by_indicator(project)
    ]


def _criteria(project: Project) -> list[CriterionRow]:
    """Every criterion that was ever approved, with every check of it, the failed ones too."""
    found = Criterion.objects.filter(project=project).exclude(state=Criterion.State.PROPOSED)
    rows = []
    for criterion in found.select_related("contribution", "ballot").order_by("code"):
        checks = criterion.checks.exclude(finished=None).select_related("version", "dataset").order_by("finished", "pk")
        contribution = criterion.contribution
        public = contribution is not None and contribution.is_public
        rows.append(
            CriterionRow(
                code=criterion.code,
                sentence=criterion.sentence,
                metric=criterion.metric,
                group_by=criterion.group_by,
                comparison=criterion.comparison,
                bound=f"{criterion.bound.normalize():f}",
                binding=criterion.binding,
                state=criterion.state,
                approved_how="ballot" if criterion.ballot_id else "signature",
                against_ballot=criterion.against_ballot,
                from_contribution=contribution.group if contribution is not None and public else "",
                checks=[_check(check) for check in checks],
            )
        )
    return rows


def _check(check: Check) -> CheckRow:
    worst = next(iter(check.figures.get("groups", ())), None)
    names = ("count", "of", "value", "low", "high")
    return CheckRow(
        version=check.version.version,
        state=check.state,
        counts=check.counts,
        worst=check.worst,
        share=Share(**{name: worst[name] for name in names}) if worst else None,
        dataset=check.dataset.name,
        finished=day(check.finished),
    )


def _exceptions(project: Project) -> list[dict[str, str]]:
    found = SignedException.objects.filter(project=project).select_related("criterion", "version")
    return [
        {
            "criterion": row.criterion.code,
            "version": row.version.version,
            "reason": row.reason,
            "expires": day(row.expires),
        }
        for row in found
        if row.is_signed
    ]


def _datasets(project: Project) -> list[Data]:
    found = Dataset.objects.filter(project=project, state=Dataset.State.READY).order_by("pk")
    uses = _uses(project)
    return [
        Data(
            name=row.name,
            purpose=row.purpose,
            source=row.source,
            sha256=row.sha256,
            rows_in=row.rows_in,
            rows_used=row.rows_used,
            rows_rejected=row.rows_rejected,
            rows_failed=row.rows_failed,
            period_from=day(row.period_from),
            period_to=day(row.period_to),
            steward=row.steward,
            lawful_basis=row.lawful_basis,
            answers=_answers(row),
            uses=[use for use, used in uses.items() if row.pk in used],
        )
        for row in found
    ]


def _uses(project: Project) -> dict[str, set[int]]:
    """Which datasets the tool was made or checked on, and from which cases were read while it was in use."""
    checked = Check.objects.filter(project=project).values_list("dataset", flat=True)
    chosen = ToolVersion.objects.filter(project=project).exclude(chosen_on=None).values_list("chosen_on", flat=True)
    drawn = Draw.objects.filter(project=project).exclude(stage=Stage.OFF).values_list("dataset", flat=True)
    return {"development": {*checked, *chosen}, "operational": set(drawn)}


# Of the answers about data those whose words other standards ask for.
_ASKED = ("missing_groups", "missing_effect", "personal", "harm", "protection", "rhythm")


def _answers(dataset: Dataset) -> dict[str, str]:
    assessment = dataset.assessment
    given = assessment.answers if assessment else {}
    return {name: str(given[name]) for name in _ASKED if given.get(name)}


def limits(ledger: Ledger, typed: RecordText | None) -> Known[list[Limit]]:
    """What the tool cannot do: first what its own figures show, then its card, then what people add."""
    project = ledger.project
    version, card = current_version(project), current_card(project)
    rows = [*_from_figures(project), *_not_computed(project, version), *_from_card(card)]
    sources = ledger.sources("determination.recorded", "check.finished")
    if card:
        sources.append(Source(kind="card", name=card.name))
    if typed is not None and typed.text:
        rows += [Limit(kind="typed", text={"": line.strip()}) for line in typed.text.splitlines() if line.strip()]
        sources.append(ledger.typed(typed))
    return Known(rows, sources)


def _from_figures(project: Project) -> Iterable[Limit]:
    precision, missed = deliver.precision(project), deliver.missed_share(project)
    if precision.of:
        yield Limit(kind="not_a_finding", share=share(precision))
    if missed.of:
        yield Limit(kind="missed", share=share(missed))
    elif precision.of:
        yield Limit(kind="untested")


def _not_computed(project: Project, version: ToolVersion | None) -> Iterable[Limit]:
    """What the last check of the version could not judge: rows that fell out, groups that are too small."""
    checks = Check.objects.filter(project=project, version=version).exclude(finished=None)
    check = checks.select_related("dataset").order_by("-finished").first() if version else None
    if check is None:
        return
    rows = check.figures.get("rows", {})
    lost = rows.get("rejected", 0) + rows.get("failed", 0) + check.dataset.rows_rejected + check.dataset.rows_failed
    if lost:
        yield Limit(kind="not_computed", count=lost, of=check.dataset.rows_in, reason="rows")
    groups = check.figures.get("groups", ())
    small = sum(group.get("verdict") == "too_few" for group in groups)
    if small:
        yield Limit(kind="not_computed", count=small, of=len(groups), reason="groups")
    for note in check.figures.get("notes", ()):
        yield Limit(kind="not_computed", text=_every_language(str(note), check), reason="note")


def _every_language(note: str, check: Check) -> dict[str, str]:
    """The note as the tool gave it; under "" where it gave it in one language only."""
    translations = check.figures.get("translations", {})
    others = {language: words[note] for language, words in translations.items() if note in words}
    return {"en": note, **others} if others else {"": note}


def _from_card(card: Card | None) -> Iterable[Limit]:
    if card is None:
        return
    for sentences in zip(*card.known_failures.values(), strict=False):
        yield Limit(kind="failure", text=dict(zip(card.known_failures, sentences, strict=True)))
