from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DesignConfig(AppConfig):
    name = "minga.design"
    verbose_name = _("Design")

    def ready(self) -> None:
        from minga.design.telling import tell
        from minga.engage.frozen import tell_with
        from minga.jobs import leases

        tell_with(tell)

        leases.on_lost("minga.design.tasks.run_check", _check_lost)
        leases.on_lost("minga.design.tasks.read_dataset", _reading_lost)


def _check_lost(args_kwargs: Mapping[str, Any]) -> None:
    from minga.design.tasks import give_up_check

    give_up_check(args_kwargs["args"][0])


def _reading_lost(args_kwargs: Mapping[str, Any]) -> None:
    from minga.design.tasks import give_up_reading

    give_up_reading(args_kwargs["args"][0])
