"""All addresses: each room brings its own, the portal has the root."""

from importlib.util import find_spec

from django.urls import include, path

from minga.api import api

ROOMS = (
    "web",
    "ledger",
    "people",
    "learning",
    "projects",
    "inventory",
    "commission",
    "engage",
    "design",
    "procurement",
    "deliver",
    "assess",
    "register",
    "steering",
    "portal",
)

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/", api.urls),
    *(path("", include(f"minga.{room}.urls")) for room in ROOMS if find_spec(f"minga.{room}.urls")),
]
