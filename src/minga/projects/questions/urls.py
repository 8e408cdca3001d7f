"""Addresses of question sets: the catalogue, and the same pages under each project and for the body."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from minga.projects.questions.language import in_chosen_language
from minga.projects.questions.views import asking, catalogue, filling, offline, overview, result, rules, versions

PAGES = (
    ("", "question_sets", overview.overview),
    ("choose/", "questions_choose", overview.choose),
    ("shares/<int:pk>/end/", "questions_share_end", asking.end_share),
    ("comments/<int:pk>/settle/", "questions_settle", asking.settle),
    ("<str:set_id>/", "questions", filling.set_page),
    ("<str:set_id>/sections/<str:section>/", "questions_section", filling.section),
    ("<str:set_id>/answers/", "questions_answers", result.answers),
    ("<str:set_id>/answers/<str:question>/", "questions_answer", asking.answer_page),
    ("<str:set_id>/answers/<str:question>/file/", "questions_file", asking.file),
    ("<str:set_id>/share/", "questions_share", asking.share),
    ("<str:set_id>/result/", "questions_result", result.result),
    ("<str:set_id>/rules/", "questions_rules", rules.rules),
    ("<str:set_id>/offline/", "questions_offline", offline.offline),
    ("<str:set_id>/print/", "questions_print", offline.printed),
    ("<str:set_id>/answers.xlsx", "questions_sheet", offline.sheet),
    ("<str:set_id>/saved.json", "questions_saved", offline.saved),
    ("<str:set_id>/take-over/", "questions_take_over", offline.take_over),
    ("<str:set_id>/migrate/", "questions_migrate", versions.migrate),
    ("<str:set_id>/drop/", "questions_drop", overview.drop),
)


def _everywhere() -> Iterator[URLPattern]:
    for route, name, view in PAGES:
        shown = in_chosen_language(view) if "set_id" in route else view
        yield path(f"projects/<slug:slug>/questions/{route}", shown, name=name)
        yield path(f"body/questions/{route}", shown, name=f"body_{name}")


urlpatterns = [
    path("instruments/", catalogue.every, name="instruments"),
    path("instruments/add/", catalogue.add, name="instrument_add"),
    path("instruments/<str:set_id>/", in_chosen_language(catalogue.one), name="instrument"),
    path("instruments/<str:set_id>/set.toml", catalogue.download, name="instrument_file"),
    *_everywhere(),
]
