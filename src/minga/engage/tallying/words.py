"""The results in sentences, in the language of the reader."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.engage.counting import SMALLEST_SHOWN
from minga.engage.tallying.shapes import Results
from minga.web.format import whole


def finding(results: Results) -> str:
    """What all agree on, and what divides them, in one or two sentences."""
    if not results["enough"]:
        return _("Not enough people have voted yet")
    agreed, rejected = len(results["agreed"]), len(results["rejected"])
    counts = {
        "agreed": whole(agreed),
        "rejected": whole(rejected),
        "divides": whole(len(results["divides"])),
        "all": whole(len(results["statements"])),
        "groups": all_groups(len(results["groups"])),
    }
    first = _unites(results, bool(agreed), bool(rejected)) % counts
    return f"{first} {_divides(results) % counts}" if results["divides"] else first


def _unites(results: Results, agreed: bool, rejected: bool) -> str:
    found = "both" if agreed and rejected else "agreed" if agreed else "rejected" if rejected else "none"
    voices = {"groups": _among_groups, "constituencies": _among_constituencies}.get(results["voices"], _among_people)
    return voices()[found]


def _among_groups() -> dict[str, str]:
    return {
        "both": _("%(groups)s agree on %(agreed)s of %(all)s statements and reject %(rejected)s."),
        "agreed": _("%(groups)s agree on %(agreed)s of %(all)s statements."),
        "rejected": _("%(groups)s reject %(rejected)s of %(all)s statements."),
        "none": _("The groups do not agree on any of %(all)s statements."),
    }


def _among_constituencies() -> dict[str, str]:
    return {
        "both": _("All constituencies agree on %(agreed)s of %(all)s statements and reject %(rejected)s."),
        "agreed": _("All constituencies agree on %(agreed)s of %(all)s statements."),
        "rejected": _("All constituencies reject %(rejected)s of %(all)s statements."),
        "none": _("The constituencies do not agree on any of %(all)s statements."),
    }


def _among_people() -> dict[str, str]:
    return {
        "both": _("Most people agree on %(agreed)s of %(all)s statements and reject %(rejected)s."),
        "agreed": _("Most people agree on %(agreed)s of %(all)s statements."),
        "rejected": _("Most people reject %(rejected)s of %(all)s statements."),
        "none": _("There is no majority on any of %(all)s statements."),
    }


def _divides(results: Results) -> str:
    if results["voices"] == "all":
        return _("Opinions are split on %(divides)s.")
    return _("They divide on %(divides)s.")


def all_groups(number: int) -> str:
    if number == 2:
        return _("Both groups")
    return _("All %(number)s groups") % {"number": number_word(number)}


def number_word(number: int) -> str:
    words = {2: _("two"), 3: _("three"), 4: _("four"), 5: _("five")}
    return words.get(number, whole(number))


def missing(results: Results) -> str:
    """How many more people must vote before anything is shown."""
    left = max(0, SMALLEST_SHOWN - results["people"])
    first = _("Results are shown once %(fewest)s people have voted, so that no vote can be guessed.")
    second = ngettext("%(left)s more person is needed.", "%(left)s more people are needed.", left)
    return f"{first} {second}" % {"fewest": whole(SMALLEST_SHOWN), "left": whole(left)}


def map_heading(results: Results) -> str:
    if not results["real"]:
        return _("No separate groups")
    between = sum(group["between"] for group in results["groups"])
    text = ngettext(
        "%(Groups)s groups, and %(between)s person between them",
        "%(Groups)s groups, and %(between)s people between them",
        between,
    )
    return text % {"Groups": number_word(len(results["groups"])).capitalize(), "between": whole(between)}


def why_no_groups(results: Results) -> str:
    """Why no groups are drawn."""
    told = _rounded(results["reason"])
    if results["code"] == "too-few":
        text = _("No groups are drawn: only %(people)s people have voted enough to tell groups from chance.")
    elif results["code"] == "unstable":
        text = _(
            "No groups are drawn: they change when people and statements are drawn anew (agreement %(agreement)s, at "
            "least 0.5 is asked)."
        )
    else:
        text = _(
            "No groups are drawn: what looks like groups is hardly clearer than in one cloud of opinions (clearness "
            "%(silhouette)s, without groups %(cloud)s)."
        )
    return text % told


def _rounded(reason: Mapping[str, float]) -> dict[str, str]:
    """The figures as text, of which a translation may use any."""
    told = {name: f"{value:.2f}" for name, value in reason.items()}
    return (
        {"silhouette": "–", "cloud": "–", "chance": "–", "agreement": "–"}
        | told
        | {"people": whole(int(reason["people"]))}
    )


def right_number(results: Results) -> str:
    """Is three the right number? How often each number of groups fitted best."""
    if not results["resamples"] or not results["k_times"]:
        return ""
    times = sorted(results["k_times"].items(), key=lambda pair: (-pair[1], pair[0]))
    listed = ", ".join(
        _("%(groups)s %(times)s times") % {"groups": number_word(int(k)), "times": whole(count)} for k, count in times
    )
    return _("Is %(groups)s the right number? In %(all)s repetitions the number that fitted best was: %(listed)s.") % {
        "groups": number_word(results["k"]),
        "all": whole(results["resamples"]),
        "listed": listed,
    }


def how_sure(results: Results) -> str:
    """What was tested to call the groups real."""
    text = _(
        "The groups are clearer than one cloud of opinions would be (clearness %(silhouette)s against %(cloud)s, "
        "p = %(chance)s) and stay alike when people and statements are drawn anew (agreement %(agreement)s of 1)."
    )
    return text % _rounded(results["reason"])


def few_votes(results: Results) -> str:
    few = sum(not figures["judged"] for figures in results["statements"].values())
    if not few:
        return ""
    text = ngettext("including %(n)s with too few votes to judge", "including %(n)s with too few votes to judge", few)
    return text % {"n": whole(few)}
