"""A new project from nothing to its review, walked by everybody in their role."""

from pathlib import Path

import pytest

from tests.browser import service, story
from tests.browser.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_project_walks_its_eight_steps(people: Cast, tmp_path: Path) -> None:
    way = story.Way(people, tmp_path)
    story.open_project(way)
    story.state_the_problem(way)
    story.find_partners(way)
    story.look_at_the_data(way)
    story.find_experts(way)
    story.turn_a_sentence_into_criteria(way)
    story.check_two_versions(way)
    story.release_it(way)
    service.put_into_service(way)
    service.draw_and_decide(way)
    service.review(way)
    service.stop(way)
    assert "In use at" not in way.at("lena", "").read()
