from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate


class LedgerConfig(AppConfig):
    name = "minga.ledger"

    def ready(self) -> None:
        from minga.ledger import guard

        connection_created.connect(guard.watch, dispatch_uid="minga.ledger.guard")
        pre_migrate.connect(guard.rest, dispatch_uid="minga.ledger.guard.rest")
        post_migrate.connect(guard.resume, dispatch_uid="minga.ledger.guard.resume")
