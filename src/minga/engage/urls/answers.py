"""Addresses of answers: what is owed, answering several at once, and "you said, we did"."""

from django.urls import path

from minga.engage.views import answers as views

urlpatterns = [
    path("projects/<slug:slug>/answers/", views.answers, name="answers"),
    path("projects/<slug:slug>/answers/feed.atom", views.ProjectAnswers(), name="answers_feed"),
    path("projects/<slug:slug>/answers/together/", views.together, name="answer_together"),
    path("projects/<slug:slug>/you-said/", views.you_said, name="you_said"),
    path("conversations/<int:pk>/answers.atom", views.ConversationAnswers(), name="conversation_answers_feed"),
]
