from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DesignConfig(AppConfig):
    name = "minga.design"
    verbose_name = _("Design")

    def ready(self) -> None:
        from minga.design import table_metrics
        from minga.design.telling import tell
        from minga.engage.frozen import tell_with
        from minga.jobs import leases

        tell_with(tell)
        table_metrics.register()
        leases.on_lost("minga.design.tasks.run_check", _check_lost)
        leases.on_lost("minga.design.tasks.read_dataset", _reading_lost)
        leases.on_lost("minga.design.trial_tasks.ask_tool", _case_lost)
        leases.on_lost("minga.design.trial_tasks.make_up", _making_lost)
        leases.on_lost("minga.design.version_tasks.prepare_version", _version_lost)


def _check_lost(args_kwargs: Mapping[str, Any]) -> None:
    from minga.design.tasks import give_up_check

    give_up_check(args_kwargs["args"][0])


def _reading_lost(args_kwargs: Mapping[str, Any]) -> None:
    from minga.design.tasks import give_up_reading

    give_up_reading(args_kwargs["args"][0])


def _case_lost(args_kwargs: Mapping[str, Any]) -> None:
    from minga.design.trial_tasks import give_up_case

    give_up_case(args_kwargs["args"][0])


def _making_lost(args_kwargs: Mapping[str, Any]) -> None:
    from minga.design.trial_tasks import give_up_making

    give_up_making(args_kwargs["args"][0])


def _version_lost(args_kwargs: Mapping[str, Any]) -> None:
    from minga.design.version_tasks import give_up_version

    give_up_version(args_kwargs["args"][0])
