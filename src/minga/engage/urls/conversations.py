"""Addresses of conversations and of voting."""

from django.urls import path

from minga.engage.views import conversations as views
from minga.engage.views import voting

urlpatterns = [
    path("projects/<slug:slug>/conversations/", views.conversations, name="conversations"),
    path("projects/<slug:slug>/conversations/new/", views.open_conversation, name="open_conversation"),
    path("conversations/<int:pk>/", views.conversation, name="conversation"),
    path("conversations/<int:pk>/extend/", views.extend, name="extend_conversation"),
    path("conversations/<int:pk>/close/", views.close, name="close_conversation"),
    path("conversations/<int:pk>/vote/", voting.vote, name="vote"),
    path("conversations/<int:pk>/vote/<int:number>/", voting.vote, name="vote_again"),
    path("conversations/<int:pk>/join/", voting.join, name="join"),
    path("conversations/<int:pk>/seat/", voting.seat, name="seat"),
    path("conversations/<int:pk>/link/<str:token>/", voting.seat_link, name="seat_link"),
    path("conversations/<int:pk>/mine/", voting.mine, name="mine"),
    path("conversations/<int:pk>/say/", voting.say, name="say"),
    path("conversations/<int:pk>/you/", voting.you, name="you"),
]
