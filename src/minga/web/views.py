"""The component gallery: every piece of the look on one page, with example data."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from minga.web.gallery import examples


def gallery(request: HttpRequest) -> HttpResponse:
    """Only where content is invented: in demonstration mode and in tests."""
    if not getattr(settings, "MINGA_DEMONSTRATION", False):
        raise Http404(_("The gallery is shown in demonstration mode only."))
    status = 422 if request.method == "POST" else 200
    return render(request, "web/gallery.html", examples(request.POST or None), status=status)
