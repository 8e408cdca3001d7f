"""What the signs of an advice become on a page."""

from minga.deliver.signs import evidence_of, spaced
from minga.tools.base import Evidence, Reason


def test_evidence_of_several_signs_stands_once() -> None:
    def sign(code: str, *rows: Evidence) -> Reason:
        return Reason(code, "x", 1, 2, "days", evidence=rows)

    start = Evidence("/start", "1", "first day")
    found = evidence_of([sign("A", start), sign("B", start, Evidence("/start", "1", "late")), sign("C")])
    assert found == [Evidence("/start", "1", "first day; late")]
    assert spaced("33.3% of 2 %") == "33.3\u202f% of 2\u202f%"
