"""The glossary: every word in plain language, with its own address, searchable, and as data."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from minga.learning import glossary


def page(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()[:100]
    found = glossary.search(asked) if asked else glossary.in_order()
    context = {"asked": asked, "terms": found, "total": len(glossary.terms()), "page_data": "/glossary.json"}
    return render(request, "learning/glossary.html", context)


def data(request: HttpRequest) -> JsonResponse:
    """Every term in every language, as it stands in the file."""
    return JsonResponse({"terms": [
        {"id": term.id, "word": term.word, "short": term.short, "more": term.more, "see": term.see}
        for term in glossary.terms().values()
    ]})  # fmt: skip
