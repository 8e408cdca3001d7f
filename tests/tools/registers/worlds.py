"""A record as full as ours are, and what records are made of at random."""

from typing import Any

from hypothesis import strategies as st

from minga.tools.registers import Canonical, lists
from minga.tools.registers import parts as p


def rich() -> Canonical:
    """Grants for roofs: every group of fields has something, in English and Spanish where it is prose."""
    return Canonical(
        record_id={"own": "roofs-7"},
        name={"en": "Roof grants", "es": "Ayudas para techos"},
        summary={"en": "Sorts requests for roof grants.", "es": "Ordena solicitudes de ayudas para techos."},
        description={"en": "It reads a request and says how urgent the repair is."},
        languages=["en", "es"],
        phase="public_pilot",
        start_date="2026-03-14",
        policy_theme=["housing", "benefits"],
        tags=["roofs", "grants"],
        territory=["Cusco"],
        public_url=[p.Link(url="https://body.example/roofs", kind="page"),
                    p.Link(url="https://body.example/records/roofs", kind="record")],
        deploying_org=p.Body(name="Municipality of Example", identifier="MX"),
        org_type="municipality",
        org_unit="Housing",
        responsible_owner={"en": "Head of housing"},
        public_contact="roofs@body.example",
        record_author=p.Author(name="Ana Author", role="Officer"),
        provider=[p.Provider(name="Roofsoft", capacity="provider", role={"en": "builds it"}),
                  p.Provider(name="Hostco", role={"en": "runs the servers"})],
        development_origin="both",
        problem={"en": "People waited ten months."},
        intended_purpose={"en": "Bring the worst roofs first."},
        out_of_scope_uses={"en": "Refusing a request."},
        benefits=[{"en": "Shorter waits"}, {"en": "Fewer visits"}],
        alternatives=[p.Alternative(title={"en": "More staff"}, verdict={"en": "too dear"})],
        proportionality={"en": "A wrong order costs weeks, no order costs months."},
        legal_basis=[p.Law(act="Housing Act", article="12", url="https://law.example/12")],
        affected_groups=[p.Affected(group={"en": "Families in the hills"}, low=800, high=1200)],
        scale_of_use=p.Scale(per_period={"en": "200 a month"}, people=1200),
        decision_supported={"en": "Whose roof is mended first."},
        role_in_decision={"en": "It proposes, a person decides."},
        output={"en": "A proposal with its reasons."},
        automation_level="triage",
        human_oversight={"en": "An officer reads each case."},
        training_of_staff=p.Stated(code="yes", text={"en": "One day."}),
        override_and_failsafe=p.Stated(code="yes", text={"en": "It steps back when one in ten is overruled."}),
        explanation_and_notice={"en": "Each letter says that it was used."},
        appeal_route=p.Appeal(state="yes", text={"en": "At the address in the letter."}, deadline_days=20),
        capability=["forecasting", "recognition"],
        technique=["statistics"],
        architecture={"en": "A scorecard."},
        models=[p.Model(name="roofs", version="2", task={"en": "score"}, input={"en": "the request"})],
        learns_in_use="no",
        performance=[p.Performance(metric={"en": "found"}, value="0.81", slice={"en": "all"})],
        datasets=[p.Dataset(name="Requests 2025", purpose={"en": "training"}, url="https://body.example/data"),
                  p.Dataset(name="Visits 2025", purpose={"en": "test"})],
        personal_data=p.Personal(state="yes", text={"en": "Name and address."}),
        sensitive_attributes=[p.Attribute(which="income"), p.Attribute(which="age")],
        eu_risk_class=p.EuRisk(risk_class="high", annex_iii_point="5(a)"),
        us_high_impact=p.Stated(code="high"),
        impact_on_rights=p.Impacts(rights=p.Impact(level="moderate", why={"en": "A home is a right."})),
        risks=[p.Risk(risk={"en": "Somebody is overlooked"}, severity={"en": "high"},
                      mitigation={"en": "a second reader"}),
               p.Risk(risk={"en": "Old maps"})],
        assessments=[p.Assessment(kind="fundamental_rights", date="2026-01-10", summary={"en": "No group loses."}),
                     p.Assessment(kind="data_protection", url="https://body.example/dpia")],
        participation_events=[p.Event(method="panel", when="2025-11-02", who={"en": "Residents"}, how_many=24)],
        participation_effect=[p.Effect(input={"en": "Hills were missing"}, change={"en": "A new indicator"})],
        evaluations=[p.Evaluation(due="2026-09-14")],
        change_log=[p.Change(kind="published", date="2026-03-14")],
    )  # fmt: skip


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(
    lambda text: bool(text.strip())
)
prose = st.lists(words, min_size=1, max_size=4).map("\n".join)


def cell(name: str) -> st.SearchStrategy[Any]:
    """A value that a file could hold: prose, blanks, addresses, days, markers of our own, and allowed codes."""
    marks = st.sampled_from(
        ["– one\n– two", "– a\n  mitigation: b", "Voordelen: x\n\nBesluit: y", "<p>a</p>", "N/A", " "]
    )
    days = st.sampled_from(["2024-05", "2024-05-01", "05/2024", "3/7/2024", "2024", "Jan-24", "13/13/2024"])
    codes = st.sampled_from(
        [value for each in lists().values() for found in each.maps.values() for value in found.to.values()]
    )
    lists_ = st.sampled_from(["[]", "['b) Sex', 'c) Age']", "['Other']", "[1, 2]", "['", "b) Sex; c) Age"])
    return st.one_of(prose, marks, days, codes, lists_, st.just(""), st.just("https://a.example/x"))


def retold(value: Any, draw: st.DrawFn) -> Any:
    """The JSON of a record with every text replaced by any other, marks of our own included."""
    if isinstance(value, list):
        return [retold(each, draw) for each in value]
    if isinstance(value, dict) and value and set(value) <= {"en", "es"}:
        return {"en": draw(cell("").filter(bool))}
    return {name: retold(each, draw) for name, each in value.items()} if isinstance(value, dict) else value
