from django.apps import AppConfig


class ProcurementConfig(AppConfig):
    name = "minga.procurement"
