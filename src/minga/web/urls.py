from django.urls import path

from minga.web.views import gallery

app_name = "web"
urlpatterns = [path("gallery/", gallery, name="gallery")]
