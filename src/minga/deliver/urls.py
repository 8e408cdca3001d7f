"""Addresses of the desk, the flags and the contests."""

from django.urls import path

from minga.deliver.urls_hearing import urlpatterns as hearing
from minga.deliver.urls_quality import urlpatterns as quality
from minga.deliver.views import casepage, contests, desk, flags, intake, own, queue, services, stages

app_name = "deliver"

urlpatterns = [
    path("projects/<slug:slug>/desk/", queue.queue, name="desk"),
    path("projects/<slug:slug>/desk/moderation/", contests.moderation, name="moderation"),
    path("projects/<slug:slug>/desk/contests/", contests.queue, name="contests"),
    path("projects/<slug:slug>/desk/contests/<int:pk>/", contests.answer, name="contest_answer"),
    path("projects/<slug:slug>/desk/<int:number>/", desk.case_page, name="case"),
    path("projects/<slug:slug>/desk/<int:number>/claim/", desk.claim, name="claim"),
    path("projects/<slug:slug>/desk/<int:number>/return/", desk.give_back, name="return"),
    path("projects/<slug:slug>/desk/<int:number>/source/", desk.source_page, name="source"),
    path("projects/<slug:slug>/desk/<int:number>/advice/", casepage.open_advice, name="open_advice"),
    path("projects/<slug:slug>/desk/<int:number>/erase/", casepage.erase, name="erase_contact"),
    path("projects/<slug:slug>/services/new/", services.new, name="service_new"),
    path("projects/<slug:slug>/services/<slug:service>/", services.service_page, name="service"),
    path("projects/<slug:slug>/services/<slug:service>/change/", services.change, name="service_change"),
    path("projects/<slug:slug>/services/<slug:service>/close/", services.close, name="service_close"),
    path("projects/<slug:slug>/services/<slug:service>/hand-in/", intake.hand_in, name="hand_in"),
    path("projects/<slug:slug>/services/<slug:service>/import/", intake.upload, name="cases_import"),
    path("projects/<slug:slug>/services/<slug:service>/files/<int:pk>/", intake.case_file, name="case_file"),
    path("projects/<slug:slug>/services/<slug:service>/decided.csv", intake.table, name="decided_table"),
    path("own/<str:token>/", own.own_case, name="own_case"),
    path("own/<str:token>/consent/", own.consent, name="own_consent"),
    path("own/<str:token>/erase/", own.erase, name="own_erase"),
    path("projects/<slug:slug>/stages/", stages.rollout, name="stages"),
    path("projects/<slug:slug>/stages/<int:pk>/", stages.move, name="move"),
    path("projects/<slug:slug>/stages/<int:pk>/stop/", stages.stop_now, name="stop"),
    path("projects/<slug:slug>/stages/draw/", stages.draw, name="draw"),
    path("flags/", flags.public_list, name="flags"),
    path("flags/<str:code>/", flags.flag_page, name="flag"),
    path("flags/<str:code>/letter/", flags.letter_page, name="letter"),
    path("flags/<str:code>/contest/", contests.contest_form, name="contest_form"),
    path("reply/<str:token>/", flags.reply_page, name="reply"),
    path("contest/", contests.start, name="contest_start"),
    path("contest/private/<str:token>/", contests.private, name="contest_private"),
    path("contests/<int:pk>/", contests.contest_page, name="contest"),
    *hearing,
    *quality,
]
