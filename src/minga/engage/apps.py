from django.apps import AppConfig


class EngageConfig(AppConfig):
    name = "minga.engage"
