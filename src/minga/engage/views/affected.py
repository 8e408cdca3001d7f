"""Pages of who is affected against who took part, and of the balance of power."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from minga.engage import actions
from minga.engage.forms.affected import GiveReference
from minga.engage.models import Reference
from minga.engage.queries import affected as reads
from minga.engage.queries.people import silent
from minga.engage.queries.power import Power
from minga.engage.queries.power import power as balance
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.views import must, project_of
from minga.tools.representation import Estimate
from minga.web.format import decimal, percent
from minga.web.svg.types import Figure, Interval, TookPart, TookPartChart
from minga.web.svg.types_dialogue import CoverageCell, CoverageRow, CoverageTable, Influence, InfluenceChart


def affected(request: HttpRequest, slug: str) -> HttpResponse:
    """Who took part against who is affected, per phase and per conversation, session and panel."""
    project = project_of(slug)
    reference = reads.affected(project)
    phases = reads.by_phase(project, reference) if reference else []
    found = reads.comparisons(project, reference) if reference else []
    context = {
        "project": project,
        "reference": reference,
        "finding": _finding(reference, phases, found),
        "sizes": _sizes(reference),
        "phases": coverage_table(phases) if any(one.lines for one in phases) else None,
        "phase_rows": [one for one in phases if one.lines],
        "silent": silent(project),
        "parts": [(one, took_part_chart(one), figures(one)) for one in found],
        "may_give": may(actor_of(request), project, "reference.given"),
        "page_data": f"/api/engage/{slug}/affected",
    }
    return render(request, "engage/affected.html", context)


def _finding(
    reference: reads.Affected | None, phases: Sequence[reads.Comparison], found: Sequence[reads.Comparison]
) -> str:
    """Of the latest phase that can be judged; else of the newest conversation, session or panel that can."""
    if reference is None:
        return _("Nobody has said yet who is affected")
    judged = [one for one in reversed(phases) if one.lines] + [one for one in found if one.lines]
    return judged[0].finding if judged else _("Too few people took part so far to compare the groups in public")


def _sizes(reference: reads.Affected | None) -> list[tuple[str, list[tuple[str, float, float]]]]:
    """Per margin (its name, [(group, size, per cent)]), the largest first."""
    if reference is None:
        return []
    names = {reads.GROUP: _("Actor groups"), reads.STRATUM: _("As people describe themselves")}
    return [
        (
            str(names[margin]),
            [(reference.label(key), sizes[key], 100 * share) for key, share in reference.shares(margin).items()],
        )
        for margin in (reads.GROUP, reads.STRATUM)
        if (sizes := reference.sizes.get(margin))
    ]


def coverage_table(phases: Sequence[reads.Comparison]) -> CoverageTable:
    """Groups down, phases across; what may not be shown says so."""
    lines = [{line.key: line for line in one.lines} for one in phases]
    keys = dict.fromkeys(key for known in lines for key in known)
    labels = {key: line for known in lines for key, line in known.items()}
    rows = tuple(
        CoverageRow(
            labels[key].label,
            100 * labels[key].affected,
            tuple(_cell(one, known.get(key)) for one, known in zip(phases, lines, strict=True)),
        )
        for key in sorted(keys, key=lambda key: -labels[key].affected)
    )
    return CoverageTable(_("Took part against affected, per phase"), tuple(one.title for one in phases), rows)


def _cell(one: reads.Comparison, line: reads.Line | None) -> CoverageCell:
    if not one.lines:
        return CoverageCell(people=None) if one.begun else CoverageCell()
    if line is None:
        return CoverageCell(0.0, 0)
    if line.people is None or line.share is None:
        return CoverageCell(people=None)
    return CoverageCell(100 * line.share, line.people, _interval(line))


def _interval(line: reads.Line) -> Interval | None:
    return None if line.low is None or line.high is None else Interval(100 * line.low, 100 * line.high)


def took_part_chart(one: reads.Comparison) -> TookPartChart | None:
    """The chart of one conversation, session, panel or phase; None where nothing may be shown."""
    if not one.lines:
        return None
    shown = [*one.lines, one.together] if one.together else one.lines
    rows = tuple(
        TookPart(
            line.label,
            100 * line.affected,
            None if line.share is None else 100 * line.share,
            _interval(line),
            suppressed=line.people is None,
        )
        for line in shown
    )
    counts = [(line.label, line.people) for line in shown if line.people is not None]
    words = _("%(group)s: %(count)s of %(of)s people")
    told = "; ".join(words % {"group": label, "count": count, "of": one.said} for label, count in counts)
    return TookPartChart(one.finding, rows, caption=_("Each person is counted once. %(counts)s.") % {"counts": told})


def figures(one: reads.Comparison) -> list[Figure]:
    """The index, the effective number and who did not say, each with its interval or its group size."""
    if one.figures is None or one.people is None or one.said is None:
        return []
    index, chance = one.figures.representativeness, one.figures.by_chance
    words = _("representativeness of %(n)s people (95 %% interval %(interval)s); by chance alone %(chance)s")
    found = [
        Figure(
            _number(index.value),
            words % {"n": one.said, "interval": _range(index), "chance": _range(chance)},
        )
    ]
    if one.weighting:
        words = _("people count as much as a mirror of the affected would, out of %(used)s who said their group")
        found.append(Figure(str(one.weighting.effective), words % {"used": one.weighting.used}))
    if one.not_said is None:
        return found
    missing = percent(100 * one.not_said / one.people, 0)
    words = _("did not say their group: %(n)s of %(of)s. The question is voluntary")
    found.append(Figure(missing, words % {"n": one.not_said, "of": one.people}))
    return found


def _number(value: float | None) -> str:
    return "–" if value is None else decimal(value, 2)


def _range(estimate: Estimate) -> str:
    return _("%(low)s to %(high)s") % {"low": _number(estimate.low), "high": _number(estimate.high)}


def give(request: HttpRequest, slug: str) -> HttpResponse:
    """Say who is affected: numbers per group with their source."""
    project = project_of(slug)
    must(request, project, "reference.given")
    form = GiveReference(request.POST or None, request.FILES or None)

    def perform(_given: Any) -> Reference:
        return actions.give_reference(by(request), project, **form.reference())

    if acted(request, form, perform):
        words = _("Published. %(given)s rows in = %(used)s used + %(rejected)s not used.")
        told = {"given": form.rows_in, "used": len(form.rows), "rejected": len(form.rejected)}
        messages.success(request, words % told)
        return redirect("engage:affected", slug)
    return show(request, "engage/affected_give.html", form, project=project)


def power(request: HttpRequest, slug: str) -> HttpResponse:
    """Whose changes were adopted, how unequally people gave, and who held the final say."""
    project = project_of(slug)
    found = balance(project)
    context = {
        "project": project,
        "found": found,
        "chart": influence_chart(found),
        "beside": [(found.labels.get(one.group, one.group), one) for one in found.influences if not one.affected],
        "deciders": [(found.labels.get(one.group, one.group), one) for one in found.deciders],
        "decisions": sum(one.decisions for one in found.deciders),
        "gates": [gate for gate in found.gates if gate.decided],
        "page_data": f"/api/engage/{slug}/power",
    }
    return render(request, "engage/power.html", context)


def influence_chart(found: Power) -> InfluenceChart | None:
    """Influence ratios of the affected groups; None where there is no reference."""
    rows = tuple(
        Influence(
            found.labels.get(one.group, one.group),
            one.ratio.value,
            one.ratio.low or 0.0,
            one.ratio.high or 0.0,
            note=_("%(n)s of %(of)s changes; %(share)s of the affected")
            % {"n": one.adopted, "of": found.changes, "share": percent(100 * one.affected, 0)},
            too_few=one.ratio.value is None,
        )
        for one in found.influences
        if one.affected
    )
    return InfluenceChart(found.finding, rows) if rows else None
