from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "minga.web"
    label = "web"
    verbose_name = _("Layout and components")
