"""In shadow, and outside the share, nobody sees advice and nothing follows from a decision."""

from minga.deliver.lots import in_share
from minga.deliver.models import Case, Flag
from minga.deliver.showing import Withheld, withheld
from tests.deliver.conftest import Desk


def test_in_shadow_advice_is_kept_and_shown_to_nobody(desk: Desk) -> None:
    desk.to("shadow")
    case = desk.case()
    assert case.told.reasons
    for person in (desk.cast.flor, desk.cast.lena, desk.cast.olga):
        assert withheld(case, person.pk) == Withheld.SHADOW


def test_a_decision_in_shadow_raises_no_flag(desk: Desk) -> None:
    desk.to("shadow")
    made = desk.decide("accept")
    assert made.before_advice
    assert (Flag.objects.count(), Case.objects.get(pk=made.case_id).state) == (0, "decided")


def test_at_half_only_the_share_sees_advice(desk: Desk) -> None:
    desk.to("shadow")
    cases = desk.draw()
    desk.to("1", "10", "50")
    for case in cases:
        expected = None if in_share(desk.project.chain, case.process, 50) else Withheld.SHARE
        if not case.decide_first or expected:
            assert withheld(case, desk.cast.flor.pk) == expected


def test_off_shows_nothing(desk: Desk) -> None:
    desk.to("shadow")
    case = desk.case()
    desk.to("off")
    assert withheld(case, desk.cast.flor.pk) == Withheld.OFF
