"""Minga's own settings and addresses, and one view more that does nothing but insert a row."""

import secrets

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from minga.settings import *  # noqa: F403

ROOT_URLCONF = "parts.bare_urls"


def bare(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        with connection.cursor() as cursor:
            words = [secrets.randbits(62), request.POST["vote"]]
            cursor.execute("INSERT INTO django_bench (id, words) VALUES (%s, %s)", words)
        return redirect("/bare/")
    from django.middleware.csrf import get_token

    return HttpResponse(f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">')
