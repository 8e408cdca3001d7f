"""A second real server over its own copy of the example story, so that odd requests disturb nobody else."""

from collections.abc import Iterator

import pytest

from tests.browser.site import Site, served, the_story


@pytest.fixture(scope="session")
def api_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(the_story(tmp_path_factory), tmp_path_factory.mktemp("api") / "home") as running:
        yield running
