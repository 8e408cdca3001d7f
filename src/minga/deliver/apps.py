from django.apps import AppConfig


class DeliverConfig(AppConfig):
    name = "minga.deliver"
