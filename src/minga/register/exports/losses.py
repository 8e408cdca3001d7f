"""What an export loses, by reason in plain words; and what is missing, with who can say it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minga.projects.models import Project
from minga.register import wording
from minga.register.document import TYPED
from minga.register.exports.making import Made
from minga.tools.registers import Loss, fields
from minga.web.format import whole

REASONS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "no_place": (_("It has no place for this"), ("no_place", "part_no_place", "foreign")),
    "not_applicable": (_("No field that applies to this system carries it"), ("not_applicable",)),
    "short": (_("Too long for it: shortened at the end of a sentence, or left out"), ("shortened", "too_long")),
    "rough": (_("It says this more roughly"), ("coarser", "no_code", "precision", "claims_more")),
    "prose": (_("It becomes running text, or only the first is carried"), ("flattened", "one_only", "outdated")),
    "language": (_("It is in one language only"), ("language", "other_languages")),
    "persons": (_("Left out to protect persons"), ("left_out",)),
}
# Reasons under which the names say all, and those whose sentences are folded away.
NAMED = {"no_place", "not_applicable", "persons"}
FOLDED = {"language"}
# Fields that nobody types: (what fills them, the page where that happens).
FROM_LIFE: dict[str, tuple[str | Promise, str]] = {
    "datasets": (_("comes with the data that the project adds"), "design:datasets"),
    "collection_cleaning": (_("comes with the data that the project adds"), "design:datasets"),
    "models": (_("comes with the first version of the tool"), "design:versions"),
    "capability": (_("comes with the first version of the tool"), "design:versions"),
    "performance": (_("comes with the checks, and with cases decided"), "design:checks"),
    "alternatives": (_("comes with the options that were compared"), "commission:options"),
    "problem": (_("comes with the need"), "commission:need"),
    "affected_groups": (_("comes with the stakeholders"), "commission:stakeholders"),
    "provider": (_("comes with the partnership agreement"), "commission:partnership"),
    "appeal_route": (_("comes when the tool is in service"), "deliver:stages"),
    "human_oversight": (_("comes when the tool is in service"), "deliver:stages"),
    "role_in_decision": (_("comes when the tool is in service"), "deliver:stages"),
    "automation_level": (_("comes when the tool is in service"), "deliver:stages"),
    "output": (_("comes when the tool is in service"), "deliver:stages"),
    "scale_of_use": (_("comes when the tool is in service"), "deliver:stages"),
    "start_date": (_("comes when the tool is in service"), "deliver:stages"),
    "override_and_failsafe": (_("comes when the tool is in service"), "deliver:stages"),
    "end_date": (_("comes when its use ends"), "deliver:stages"),
    "evaluations": (_("comes with the first review"), "assess:reviews"),
    "change_log": (_("comes when the record is published"), "register:publish"),
    "participation_events": (_("comes when people take part"), "engage:sessions"),
}


@dataclass(frozen=True, slots=True)
class Grouped:
    """Losses of one reason, in sentences of the language of the page.

    ``names``: what is lost, where the reason says the rest. ``folded``: many that say the same, for whoever wants them.
    """

    reason: str | Promise
    sentences: list[str]
    names: str = ""
    folded: bool = False

    @property
    def summary(self) -> str:
        return f"{self.reason}: {whole(len(self.sentences))}"


def grouped(losses: list[Loss]) -> list[Grouped]:
    """The losses by reason, in the order of REASONS; a kind that is none of them goes with the first."""
    language = (get_language() or "en")[:2]
    by_reason: dict[str, list[Loss]] = {name: [] for name in REASONS}
    of_kind = {kind: name for name, (_words, kinds) in REASONS.items() for kind in kinds}
    for loss in losses:
        by_reason[of_kind.get(loss.kind, "no_place")].append(loss)
    return [_group(name, found, language) for name, found in by_reason.items() if found]


def _group(reason: str, losses: list[Loss], language: str) -> Grouped:
    told = list(dict.fromkeys(loss.say(language, wording.named(loss, language)) for loss in losses))
    names = "; ".join(dict.fromkeys(_named(loss, language) for loss in losses)) if reason in NAMED else ""
    return Grouped(REASONS[reason][0], told, names, reason in FOLDED)


def _named(loss: Loss, language: str) -> str:
    name, parts = wording.named(loss, language), loss.parts(language)
    return f"{name} ({parts})" if parts else name


@dataclass(frozen=True, slots=True)
class Missing:
    """A required field that is empty. ``typed``: people write ``field`` at ``href``; else ``who`` says where from."""

    target: str
    title: str
    label: str
    who: str | Promise
    href: str
    typed: bool


def missing(made: Made, project: Project) -> list[Missing]:
    """The required fields that nobody has stated, each with who can."""
    return [_missing(loss.target, made, project) for loss in made.missing]


def _missing(target: str, made: Made, project: Project) -> Missing:
    line = made.standard.of.by_name[target]
    reads = line.lens.reads if line.lens else ()
    names = list(dict.fromkeys(place.partition(".")[0] for place in reads))
    title = line.title or line.attribute
    typed = next((name for name in names if name in TYPED), None)
    if typed:
        href = reverse("register:describe", args=[project.slug, typed])
        return Missing(target, title, wording.label(typed), _("The lead or the digital team writes it"), href, True)
    known = next((name for name in names if name in FROM_LIFE), None)
    if known:
        who, page = FROM_LIFE[known]
        return Missing(target, title, _word(known), who, reverse(page, args=[project.slug]), False)
    return Missing(target, title, _word(names[0]) if names else "", _("Only that register can give it"), "", False)


def _word(name: str) -> str:
    found = None if name in wording.LABELS else fields().get(name)
    language = (get_language() or "en")[:2]
    return found.label.get(language, found.label["en"]) if found else wording.label(name)
