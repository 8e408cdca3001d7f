"""Working groups and the board: who sits in them, when they meet, what they decide and make."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minga.ledger.subjects import subject
from minga.people.models import Group as PersonGroup
from minga.people.models import Person
from minga.projects.models import Project, Task


@subject("working_group")
class Group(models.Model):
    """A group that works for the body for a purpose, until a day. ``kind`` board: its decisions approve projects."""

    class Kind(models.TextChoices):
        WORKING = "working", _("working group")
        BOARD = "board", _("board that approves")

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.WORKING)
    name = models.CharField(max_length=200)
    purpose = models.TextField()
    open_to_all = models.BooleanField(default=False)
    until = models.DateField(null=True)
    opened = models.DateTimeField(default=timezone.now)
    closed = models.DateTimeField(null=True)
    closed_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["closed", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("steering:group", args=[self.pk])

    @property
    def ledger_title(self) -> str:
        return self.name

    def seats_in_public(self) -> "tuple[list[GroupMember], int]":
        """The seats that are named to everybody, and how many more are held by residents, who never are."""
        held = list(self.members.filter(ended=None).select_related("person"))
        named = [seat for seat in held if seat.person.group != PersonGroup.RESIDENTS]
        return named, len(held) - len(named)


@subject("group_member")
class GroupMember(models.Model):
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="working_groups")
    chairs = models.BooleanField(default=False)
    since = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-chairs", "since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "person"], condition=models.Q(ended=None), name="one_current_group_member"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.group}"

    def get_absolute_url(self) -> str:
        return self.group.get_absolute_url()

    @property
    def ledger_title(self) -> str:
        return gettext("A member of “%(group)s”") % {"group": self.group.name}


@subject("group_meeting")
class GroupMeeting(models.Model):
    """A meeting: called with an ``agenda``, then with ``minutes``. ``present``: how many members were there."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="meetings")
    on = models.DateField()
    agenda = models.TextField()
    minutes = models.TextField(blank=True)
    present = models.PositiveIntegerField(null=True)
    tasks = models.ManyToManyField(Task, related_name="from_meetings")
    called = models.DateTimeField(default=timezone.now)
    minuted = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("steering:meeting", args=[self.pk])

    @property
    def ledger_title(self) -> str:
        return gettext("%(group)s, meeting of %(day)s") % {"group": self.group.name, "day": self.on.isoformat()}


@subject("group_decision")
class GroupDecision(models.Model):
    """What a meeting decided, with the votes and what the minority said. ``project``: approved or refused, where one.

    ``passed``: more votes for than against; a tie does not pass.
    """

    meeting = models.ForeignKey(GroupMeeting, on_delete=models.PROTECT, related_name="decisions")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, related_name="board_decisions")
    text = models.TextField()
    votes_for = models.PositiveIntegerField()
    votes_against = models.PositiveIntegerField()
    abstained = models.PositiveIntegerField()
    dissent = models.TextField(blank=True)
    recorded = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return self.meeting.get_absolute_url()

    @property
    def votes(self) -> int:
        """How many took part in the vote."""
        return self.votes_for + self.votes_against + self.abstained

    @property
    def passed(self) -> bool:
        return self.votes_for > self.votes_against

    @property
    def ledger_title(self) -> str:
        words = gettext("Decided by “%(group)s”") if self.passed else gettext("Not passed by “%(group)s”")
        return words % {"group": self.meeting.group.name}


@subject("group_output")
class GroupOutput(models.Model):
    """Something that a group made for others: guidance, a template, a finding. A link or a file."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="outputs")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    url = models.URLField(max_length=500, blank=True)
    file = models.FileField(upload_to="groups", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    published = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.group.get_absolute_url()

    @property
    def ledger_title(self) -> str:
        return self.title
