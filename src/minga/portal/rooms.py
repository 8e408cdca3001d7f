"""Where everything about a project stands, by phase: the one list for its page."""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from minga.projects.models import Project

Link = tuple[str | Promise, str]

PAGES: tuple[tuple[str | Promise, tuple[Link, ...]], ...] = (
    (
        _("Commission"),
        (
            (_("Need and options"), "commission:need"),
            (_("Stakeholders"), "commission:stakeholders"),
            (_("Partnership"), "commission:partnership"),
            (_("Question sets"), "projects:question_sets"),
            (_("Tasks"), "projects:tasks"),
            (_("Skills"), "learning:project"),
            (_("Buying and calls"), "procurement:of_project"),
        ),
    ),
    (
        _("Dialogue"),
        (
            (_("Conversations"), "engage:conversations"),
            (_("Sessions"), "engage:sessions"),
            (_("Panels"), "engage:panels"),
            (_("Ballots"), "engage:ballots"),
            (_("Decisions"), "engage:decisions"),
            (_("Answers: how many, how soon"), "engage:answers"),
            (_("You said, we did"), "engage:you_said"),
            (_("Who is affected, who took part"), "engage:affected"),
            (_("Balance of power"), "engage:power"),
        ),
    ),
    (
        _("Design"),
        (
            (_("Data"), "design:datasets"),
            (_("Criteria"), "design:criteria"),
            (_("Cases that it must get right"), "design:test_cases"),
            (_("Trials"), "design:trials"),
            (_("Versions and releases"), "design:versions"),
            (_("Checks"), "design:checks"),
            (_("Open or closed: what was weighed"), "design:comparisons"),
        ),
    ),
    (
        _("Deliver"),
        (
            (_("Stages and the stop switch"), "deliver:stages"),
            (_("Risk and duties"), "deliver:duties"),
            (_("People and tool together"), "deliver:quality"),
            (_("Appeals"), "deliver:appeals"),
            (_("Who is selected, who appeals"), "deliver:who"),
        ),
    ),
    (
        _("Assess"),
        (
            (_("The watch"), "assess:watch"),
            (_("Rules that stop it"), "assess:stop_rules"),
            (_("What it brings and costs"), "assess:worth"),
            (_("How far it reaches, and at what cost"), "steering:coverage"),
            (_("Its place in the portfolio"), "steering:in_portfolio"),
            (_("How people found it"), "assess:experiences"),
            (_("Six-month reviews"), "assess:reviews"),
            (_("Oversight"), "assess:oversight"),
            (_("The seal"), "assess:seal"),
            (_("Questions about the record"), "register:questions"),
            (_("Ledger"), "register:ledger_page"),
            (_("News feed (Atom)"), "portal:feed"),
        ),
    ),
)


def rooms(project: Project) -> list[tuple[str, list[tuple[str, str]]]]:
    """(phase, [(text, address)]) in the language of the page."""
    return [
        (str(title), [(str(text), reverse(name, args=[project.slug])) for text, name in links])
        for title, links in PAGES
    ]
