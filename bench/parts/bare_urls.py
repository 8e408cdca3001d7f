"""All of Minga's addresses, and /bare/."""

from django.urls import path

from minga.urls import urlpatterns as minga
from parts.bare import bare

urlpatterns = [*minga, path("bare/", bare)]
