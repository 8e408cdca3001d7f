"""All of Minga's addresses, and one page more: the layout for whoever is signed in, with nothing in it."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from minga.urls import urlpatterns as minga

EMPTY = """{% extends "web/base.html" %}{% load i18n minga %}{% block title %}Empty{% endblock %}
{% block breadcrumbs %}{% breadcrumbs "Projects" "/projects/" %}{% endblock %}
{% block heading %}<h1>Empty</h1>{% endblock %}{% block content %}<p>Nothing.</p>{% endblock %}"""


@cache
def _template() -> Any:
    return engines["django"].from_string(EMPTY)


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_template().render({}, request))


urlpatterns = [*minga, path("empty/", empty)]
