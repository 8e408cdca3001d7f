"""Only what the gallery needs, so that its tests do not depend on other rooms."""

from django.urls import include, path

from minga.web.views import gallery

PAGES = ("projects/", "contest/", "accessibility/", "privacy/", "other-ways/", "ledger/")
urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("minga.web.urls")),
    *(path(page, gallery) for page in PAGES),
]
