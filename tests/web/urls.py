"""Only what the gallery needs, so that its tests do not depend on other rooms."""

from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import include, path

from minga.web.gallery_dialogue import example_map, example_statements
from minga.web.views import gallery

PAGES = ("projects/", "contest/", "accessibility/", "privacy/", "other-ways/", "ledger/")
VOTE = """{% extends "web/base.html" %}{% load minga %}
{% block title %}Vote{% endblock %}
{% block content %}
<div class="columns vote-page"><div>
  <p class="meta">Early warnings on public tenders</p>
  <h1 class="vote-title">When should a tender set off a warning?</h1>
  <form class="box vote" id="vote" tabindex="-1" method="post" aria-labelledby="main">{% csrf_token %}
    {% progress 7 42 note="Stop whenever you like" %}
    {% vote_statement text source="A business that bids, 3 November" why="#why" language=lang %}
    {% vote_answers chosen=chosen %}
    <p class="vote-links"><a href="#earlier">Change an earlier answer</a> ·
      <a href="#own">Say it in your own words</a></p>
    <label for="own">Own words</label><input id="own" name="own">
  </form></div>
  <aside class="notes">{% tell "What happens with my vote" %}<p>It counts at once.</p>{% endtell %}</aside>
</div>{% endblock %}"""
EMBED = """{% extends "web/embed.html" %}{% load minga %}
{% block title %}Map{% endblock %}{% block finding %}Three groups{% endblock %}
{% block content %}{% chart map %}{% statement_votes rows %}{% endblock %}{% block source %}214 people.{% endblock %}"""
STATEMENT = "If a call repeats one that found no bidder, the repeat should not set off a warning."


def vote_page(request: HttpRequest) -> HttpResponse:
    """The vote page of the README; a vote is answered with the name of the answer."""
    if request.method == "POST":
        return HttpResponse(f"<title>Voted</title><p>{request.POST['vote']}</p>")
    text = request.GET.get("text", STATEMENT)
    given = {"text": text, "lang": request.GET.get("lang", ""), "chosen": request.GET.get("chosen", "")}
    return HttpResponse(Template(VOTE).render(RequestContext(request, given)))


def embed_page(request: HttpRequest) -> HttpResponse:
    given = {"map": example_map(), "rows": example_statements(), "full_page": "https://body.example/c/7/"}
    return HttpResponse(Template(EMBED).render(RequestContext(request, given)))


urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("minga.web.urls")),
    path("vote-page/", vote_page),
    path("embed-page/", embed_page),
    *(path(page, gallery) for page in PAGES),
]
