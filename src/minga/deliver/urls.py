"""Addresses of the desk, the flags and the contests."""

from django.urls import path

from minga.deliver.views import contests, desk, flags, stages

app_name = "deliver"

urlpatterns = [
    path("projects/<slug:slug>/desk/", desk.queue, name="desk"),
    path("projects/<slug:slug>/desk/moderation/", contests.moderation, name="moderation"),
    path("projects/<slug:slug>/desk/contests/", contests.queue, name="contests"),
    path("projects/<slug:slug>/desk/contests/<int:pk>/", contests.answer, name="contest_answer"),
    path("projects/<slug:slug>/desk/<int:number>/", desk.case_page, name="case"),
    path("projects/<slug:slug>/desk/<int:number>/claim/", desk.claim, name="claim"),
    path("projects/<slug:slug>/desk/<int:number>/return/", desk.give_back, name="return"),
    path("projects/<slug:slug>/desk/<int:number>/source/", desk.source_page, name="source"),
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
]
