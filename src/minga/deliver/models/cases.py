"""Cases, where they come from, who opened what of them, and what was decided."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from minga.deliver.models.rollout import Stage
from minga.deliver.models.services import Route, Service
from minga.design.models import Dataset, Release
from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project
from minga.tools.base import Advice

RELEASED = "released"
"""Key in the difference of an unaided decision whose case was given to somebody else: it ends nothing."""


@subject("draw")
class Draw(models.Model):
    """One run of a release over a dataset: ``read`` = ``drawn`` + ``not_drawn`` + ``failed``.

    ``left_out`` says why processes were not drawn, ``problems`` why some failed; ``spread`` holds
    the days that calls were open, per method, so that a case can be shown among its like.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="draws")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="draws")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=6, choices=Stage)
    seed = models.PositiveBigIntegerField()
    drawn_at = models.DateTimeField(default=timezone.now)
    read = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    not_drawn = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    flagged = models.PositiveIntegerField(help_text="processes that the tool flagged, drawn or not")
    left_out = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    spread = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("deliver:stages", args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        return gettext("%(drawn)s of %(read)s processes drawn for the desk") % {"drawn": self.drawn, "read": self.read}


@subject("case")
class Case(models.Model):
    """One case that a person decides. ``source`` and ``advice`` are frozen as they were when it came.

    It was drawn from a dataset (``draw``), or came in to a ``service``. ``advice`` is empty where no tool advised:
    before a release is in service, after consent was withdrawn, or where the tool failed (``problem`` says why).
    ``groups``: attribute of the service -> value. ``read_by`` bounds its waiting: the queue is ordered by it. Where a
    tool moved the case, ``placed_by`` is its release and ``wait_by`` the place that the case has by its waiting alone.
    ``rehearsal``: made for practice, affects nobody, and ``truth`` is the outcome that is right. ``advised`` is when
    the tool was asked, or when it was settled that it is not; empty while the case waits for the worker.
    """

    class Drawn(models.TextChoices):
        FLAGGED = "flagged", _("flagged")
        RANDOM = "random", _("drawn at random")
        LISTED = "listed", _("in its place of the list")

    class Origin(models.TextChoices):
        DRAW = "draw", _("a dataset")
        FORM = "form", _("the form")
        API = "api", _("another system")
        CSV = "csv", _("a table")
        EMAIL = "email", _("an e-mail")
        REHEARSAL = "rehearsal", _("practice")

    class State(models.TextChoices):
        OPEN = "open", _("waits")
        CLAIMED = "claimed", _("claimed")
        REVEALED = "revealed", _("decided unaided, advice open")
        DECIDED = "decided", _("decided")
        UNDECIDED = "undecided", _("two readers could not tell")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="cases")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, related_name="cases")
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, null=True, related_name="cases")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="cases")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.DRAW)
    route = models.CharField(max_length=8, choices=Route, default=Route.WEB)
    number = models.PositiveIntegerField()
    process = models.CharField(max_length=300, help_text="its identifier where it comes from, such as the ocid")
    title = models.CharField(max_length=300)
    buyer = models.CharField(max_length=300, blank=True)
    method = models.CharField(max_length=200, blank=True)
    source = models.JSONField()
    advice = models.JSONField()
    problem = models.TextField(blank=True, help_text="why the tool gave no advice")
    advised = models.DateTimeField(null=True)
    groups = models.JSONField(default=dict)
    drawn = models.CharField(max_length=8, choices=Drawn)
    decide_first = models.BooleanField(default=False)
    rehearsal = models.BooleanField(default=False)
    truth = models.CharField(max_length=60, blank=True)
    received = models.DateTimeField(default=timezone.now)
    read_by = models.DateTimeField(default=timezone.now)
    wait_by = models.DateTimeField(default=timezone.now)
    placed_by = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    closed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    claimed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    claimed = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="one_case_per_number"),
            models.UniqueConstraint(fields=["project", "process"], name="a_process_is_drawn_once"),
            models.CheckConstraint(
                condition=models.Q(draw=None) | models.Q(service=None), name="drawn_or_for_a_service"
            ),
        ]
        indexes = [
            models.Index(fields=["project", "rehearsal", "state", "read_by", "number"], name="the_queue"),
            models.Index(fields=["project", "rehearsal", "state", "wait_by", "number"], name="the_queue_by_waiting"),
            models.Index(fields=["placed_by", "state"], name="moved_by_a_release"),
            models.Index(fields=["service", "state", "closed_at"], name="decided_of_a_service"),
            models.Index(fields=["service", "advised"], name="waiting_for_advice"),
        ]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("deliver:case", args=[self.project.slug, self.number])

    @property
    def label(self) -> str:
        return f"{self.number:04d}"

    @property
    def ledger_title(self) -> str:
        return gettext("Case %(number)s") % {"number": self.label}

    @property
    def is_public(self) -> bool:
        return False

    @property
    def told(self) -> Advice:
        """The frozen advice; an abstention that gives the problem where no tool advised."""
        if not self.advice:
            return Advice(self.process, abstained_because=self.problem or "No tool advised on this case.")
        return Advice.from_json(self.advice)

    @property
    def told_here(self) -> Advice:
        """The frozen advice in the language of the page, for showing it."""
        return self.told.in_language((get_language() or "en")[:2])

    @property
    def closed(self) -> bool:
        return self.state in {self.State.DECIDED, self.State.UNDECIDED}


@subject("opened")
class Opened(models.Model):
    """``person`` looked at the source of ``case`` at ``path``; "/" is the source as a whole."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="opened")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=500)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person", "path"], name="opened_once_each")]

    def __str__(self) -> str:
        return self.ledger_title

    @property
    def ledger_title(self) -> str:
        return gettext("Evidence opened")

    @property
    def is_public(self) -> bool:
        return False


@subject("determination")
class Determination(models.Model):
    """What a named person decided on a case, and why. ``revises`` is the same person's unaided decision.

    ``difference`` says how it differs from the advice, or from the decision that it revises. On a case of a service
    ``outcome`` is one of the service's, and ``choice`` says whether it is the one that was advised: accepted, rejected,
    or unaided where no tool advised. ``handed_over`` is when the body's own system took it.
    """

    class Choice(models.TextChoices):
        ACCEPT = "accept", _("accepted")
        EDIT = "edit", _("right for another reason")
        REJECT = "reject", _("rejected: there is a good reason")
        CANNOT_TELL = "cannot_tell", _("could not tell")
        UNAIDED = "unaided", _("decided without advice")

    ADVERSE = (Choice.ACCEPT, Choice.EDIT)

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="determinations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=12, choices=Choice)
    outcome = models.CharField(max_length=60, blank=True)
    seconds = models.PositiveIntegerField(null=True, help_text="from claiming the case to this decision")
    reason = models.TextField()
    before_advice = models.BooleanField(help_text="decided while the advice was withheld")
    difference = models.JSONField(default=dict)
    revises = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="revised_by")
    recorded = models.DateTimeField(default=timezone.now)
    handed_over = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return self.flag.get_absolute_url() if self.is_public else self.case.get_absolute_url()

    @property
    def adverse(self) -> bool:
        if self.case.service is not None:
            return self.outcome in self.case.service.adverse
        return self.choice in self.ADVERSE

    @property
    def project(self) -> Project:
        return self.case.project

    @property
    def ledger_title(self) -> str:
        return f"{self.case.ledger_title}: {self.words}"

    @property
    def words(self) -> str:
        """What was decided, in the words of the service where the case is of one."""
        service = self.case.service
        return service.outcome_words(self.outcome) if service and self.outcome else self.get_choice_display()

    @property
    def is_public(self) -> bool:
        flag = getattr(self, "flag", None)
        return flag is not None and flag.published is not None
