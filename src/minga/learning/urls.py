"""Addresses of courses, certificates, the glossary, people who know, champions and events."""

from django.urls import path

from minga.learning.views import certificates, courses, events, glossary, people, project, taking

app_name = "learning"
urlpatterns = [
    path("glossary/", glossary.page, name="glossary"),
    path("glossary.json", glossary.data, name="glossary_data"),
    path("learning/", courses.index, name="courses"),
    path("learning/add/", courses.add, name="add"),
    path("learning/understanding/", courses.understanding, name="understanding"),
    path("learning/courses/<slug:id>/", courses.course, name="course"),
    path("learning/courses/<slug:id>/before/", taking.before, name="before"),
    path("learning/courses/<slug:id>/pages/<int:number>/", taking.page, name="page"),
    path("learning/courses/<slug:id>/after/", taking.after, name="after"),
    path("learning/courses/<slug:id>/result/", taking.result, name="result"),
    path("learning/courses/<slug:id>/certificate/", taking.certify, name="certify"),
    path("learning/courses/<slug:id>/canvas/", taking.canvas, name="canvas"),
    path("learning/courses/<slug:id>/draft/", taking.draft, name="draft"),
    path("learning/certificates/", certificates.verify, name="verify"),
    path("learning/certificates/<slug:code>/", certificates.certificate, name="certificate"),
    path("learning/certificates/<slug:code>/pdf/", certificates.document, name="certificate_pdf"),
    path("learning/certificates/<slug:code>/name/", certificates.name, name="certificate_name"),
    path("learning/people/", people.directory, name="people"),
    path("learning/people/me/", people.enter, name="enter"),
    path("learning/people/me/end/", people.leave, name="leave"),
    path("learning/requests/<int:pk>/", people.request_page, name="request"),
    path("learning/requests/<int:pk>/answer/", people.answer, name="answer"),
    path("projects/<slug:slug>/skills/", project.page, name="project"),
    path("projects/<slug:slug>/skills/ask/", project.ask, name="ask"),
    path("projects/<slug:slug>/skills/agree/", project.agree, name="agree"),
    path("projects/<slug:slug>/skills/<int:pk>/end/", project.end_need, name="end_need"),
    path("projects/<slug:slug>/skills/<int:pk>/check/", project.check, name="check"),
    path("learning/champions/", events.champions, name="champions"),
    path("learning/champions/<int:pk>/end/", events.end_champion, name="end_champion"),
    path("learning/events/", events.events, name="events"),
    path("learning/events/new/", events.announce, name="announce"),
    path("learning/events/<int:pk>/", events.event, name="event"),
    path("learning/events/<int:pk>/join/", events.join, name="join"),
    path("learning/events/<int:pk>/team/", events.team, name="team"),
    path("learning/events/<int:pk>/held/", events.held, name="held"),
    path("learning/events/<int:pk>/output/", events.output, name="output"),
]
