"""All words of the documents. Called inside ``override(language)``."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from minga.web.format import decimal, percent, signed, whole
from minga.web.pdf.shapes import Figure, Outcome, Replies, TookPart, Votes


def page_words() -> dict[str, str]:
    """What stands on every page; ``{page}`` and ``{pages}`` are filled in where pages are counted."""
    return {
        "page": _("Page {page} of {pages}"),
        "printed": _("As of"),
        "qr": _("QR code that leads to"),
    }


def answer_words() -> dict[str, str]:
    return {
        "agree": _("Agree"),
        "disagree": _("Disagree"),
        "pass": _("Pass"),
        "unclear": _("I don’t understand"),
    }


def outcome_word(outcome: Outcome) -> str:
    return {
        "adopted": pgettext("decision", "Adopted"),
        "adapted": pgettext("decision", "Adapted"),
        "declined": pgettext("decision", "Declined"),
        "open": pgettext("decision", "Open"),
    }[outcome]


def report_words() -> dict[str, str]:
    return {
        "limits": _("What these figures cannot show"),
        "group": _("Group"),
        "votes": _("Votes"),
        "constituencies": _("Who agrees, by constituency:"),
        "portraits": _("What sets each group apart, in its own statements"),
        "measure": _("Measure"),
        "value": _("Value"),
        "interval": _("Interval (95 %)"),
        "affected": _("Of the affected"),
        "took_part": _("Of those who took part"),
        "people": _("People"),
        "gap": _("Gap"),
        "shares": _("Shares"),
        "took_part_key": _(
            "Bar: share of the affected people. Dot and line: share of those who took part, with its interval (95 %)."
        ),
        "source": _("Source of the affected people:"),
        "method": _("How this was computed"),
        "data": _("Where the data are"),
        "fingerprint": "SHA-256",
    }


def room_words() -> dict[str, str]:
    return answer_words() | {
        "sheet": _("Sheet"),
        "how": _("Mark one box for each statement. You may leave a statement out."),
        "happens": _("What happens with my vote"),
        "type": _("Or type:"),
        "tally": _("Tally sheet"),
        "number": _("No."),
        "tally_how": _(
            "Write how many people gave each answer. The four counts of a row add up to the people who answered it."
        ),
        "statement": _("Statement"),
        "place": _("Room or table"),
        "date": _("Date"),
        "people": _("People in the room"),
        "facilitator": _("Initials of the facilitator"),
        "code": _("Your invitation code"),
        "batch": _("Batch"),
        "once": _("It counts once."),
        "secret": _("Nobody can see how you vote. Do not write your name on this slip."),
    }


def happens_text(body: str) -> str:
    """ "What happens with my vote" in two sentences, where the conversation gives no text of its own."""
    return _(
        "Your vote is counted with all the others, and nobody can see how you voted. %(body)s must answer in public "
        "what people agree on, and say why where it does not follow it."
    ) % {"body": body}


def session_words() -> dict[str, str]:
    return {
        "purpose": _("Purpose"),
        "limits": _("What this report cannot show"),
        "agenda": _("Agenda"),
        "starts": _("Starts"),
        "minutes": _("Minutes"),
        "item": _("Item"),
        "method": pgettext("agenda", "How"),
        "attendance": _("Who took part"),
        "group": _("Group"),
        "invited": _("Invited"),
        "came": _("Came"),
        "tags": _("Policy areas named"),
        "tag": _("Policy area"),
        "code": pgettext("policy area", "Code"),
        "times": _("Times"),
        "reply": _("Reply of the body:"),
        "waiting": _("No reply yet."),
    }


def check_words() -> dict[str, str]:
    return {
        "baseline": _("You may not need machine learning"),
        "figures": _("All figures of this check"),
        "notes": _("What the tool noted"),
        "repeat": _("To run it yourself"),
        "what": _("What"),
        "value": _("Value"),
    }


def too_few() -> str:
    return _("too few to judge")


def number(count: int | None) -> str:
    """A count, or that it is too small to be shown."""
    return too_few() if count is None else whole(count)


def agreed_title(count: int, real: bool) -> str:
    if not count:
        return _("No statement has the agreement of every group") if real else _("No statement has broad agreement")
    told = {"count": whole(count)}
    if real:
        return (
            ngettext("Every group agrees on one statement", "Every group agrees on %(count)s statements", count) % told
        )
    return ngettext("One statement has broad agreement", "%(count)s statements have broad agreement", count) % told


def divides_title(count: int, real: bool) -> str:
    if not count:
        return _("No statement divides the groups") if real else _("No statement divides opinion")
    told = {"count": whole(count)}
    if real:
        return ngettext("One statement divides the groups", "%(count)s statements divide the groups", count) % told
    return ngettext("One statement divides opinion", "%(count)s statements divide opinion", count) % told


def check_title(real: bool) -> str:
    return _("The groups are real") if real else _("The votes do not fall into groups")


def took_part_title(rows: Sequence[TookPart]) -> str:
    """The finding: who is missing, else who is under-heard beyond doubt, else that nobody clearly is."""
    if not rows:
        return _("Nobody has said yet who is affected")
    if all(row["people"] is None for row in rows):
        return _("Too few people took part so far to compare the groups in public")
    absent = [row["label"] for row in rows if row["people"] == 0]
    if absent:
        return _("Nobody took part from: %(groups)s") % {"groups": ", ".join(absent)}
    gaps = {
        row["label"]: row["affected"] - row["share"] for row in rows if _surely_less(row) and row["share"] is not None
    }
    if not gaps:
        return _("No group is clearly under-heard")
    label = max(gaps, key=lambda name: gaps[name])
    points = round(gaps[label])
    text = ngettext("%(group)s: under-heard by one point", "%(group)s: under-heard by %(points)s points", points)
    return text % {"group": label, "points": whole(points)}


def _surely_less(row: TookPart) -> bool:
    return row["share"] is not None and row["high"] is not None and row["high"] < row["affected"]


def gap(row: TookPart) -> str:
    return "" if row["share"] is None else signed(row["share"] - row["affected"])


def replies_title(replies: Replies) -> str:
    if not replies["total"]:
        return _("Nothing waits for an answer")
    told = {"answered": whole(replies["answered"]), "total": whole(replies["total"])}
    return (
        ngettext(
            "%(answered)s of %(total)s contribution has an answer",
            "%(answered)s of %(total)s contributions have an answer",
            replies["total"],
        )
        % told
    )


def median_line(replies: Replies) -> str:
    if replies["median_days"] is None:
        return ""
    return _("Half of the answers came within %(days)s days.") % {"days": decimal(replies["median_days"])}


def agree_line(votes: Votes) -> str:
    """ "Residents: 41 of 50 agree", or that they are too few."""
    if votes["agree"] is None or votes["passed"] is None or votes["disagree"] is None:
        return f"{votes['label']}: {too_few()}"
    total = votes["agree"] + votes["passed"] + votes["disagree"]
    told = {"group": votes["label"], "agree": whole(votes["agree"]), "total": whole(total)}
    return _("%(group)s: %(agree)s of %(total)s agree") % told


def people_line(people: int | None) -> str:
    if people is None:
        return too_few()
    return ngettext("%(count)s person", "%(count)s people", people) % {"count": whole(people)}


def took_line(stance: str, took: int, voted: int) -> str:
    told = {"took": whole(took), "voted": whole(voted)}
    return (_("%(took)s of %(voted)s agree") if stance == "agree" else _("%(took)s of %(voted)s disagree")) % told


def others_line(stance: str, took: int, voted: int) -> str:
    return _("elsewhere %(line)s") % {"line": took_line(stance, took, voted)}


def interval(low: float | None, high: float | None, digits: int = 1) -> str:
    if low is None or high is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": decimal(low, digits), "high": decimal(high, digits)}


def figure_value(figure: Figure) -> str:
    unit = figure.get("unit", "")
    return percent(figure["value"]) if unit == "%" else f"{decimal(figure['value'], 2)} {unit}".strip()


def period(opened: str, closed: str) -> str:
    if not closed:
        return _("Open since %(day)s") % {"day": opened}
    return pgettext("period", "%(first)s to %(last)s") % {"first": opened, "last": closed}


def counts_line(participants: int, statements: int, votes: int) -> str:
    told = {"people": whole(participants), "statements": whole(statements), "votes": whole(votes)}
    return _("%(people)s people, %(statements)s statements, %(votes)s votes") % told


def translation_line(by: str) -> str:
    return _("Translation (%(by)s):") % {"by": by} if by else _("Translation:")


def answers_line(contributions: int) -> str:
    count = {"count": whole(contributions)}
    return ngettext("answers one contribution", "answers %(count)s contributions", contributions) % count


def due_line(day: str) -> str:
    return _("answer due %(day)s") % {"day": day}


def expires_line(day: str) -> str:
    return _("Use it until %(day)s.") % {"day": day} if day else ""


def quotes_title(recorded: int, consented: int) -> str:
    told = {"consented": whole(consented), "recorded": whole(recorded)}
    return _("What people said: %(consented)s of %(recorded)s recorded statements may be quoted") % told


def alike_line(alike: int) -> str:
    return ngettext("said once", "said %(count)s times in like words", alike) % {"count": whole(alike)}


def recommendations_title(answered: int, total: int) -> str:
    if not total:
        return _("No recommendation was made")
    return _("Recommendations: %(answered)s of %(total)s have a reply") % {
        "answered": whole(answered),
        "total": whole(total),
    }


def support_line(yes: int, no: int, abstained: int) -> str:
    told = {"yes": whole(yes), "total": whole(yes + no + abstained), "no": whole(no), "abstained": whole(abstained)}
    return _("%(yes)s of %(total)s in favour, %(no)s against, %(abstained)s abstained") % told


def notice_words() -> dict[str, str]:
    return {
        "case": _("Your case"),
        "until": _("You can contest this decision until"),
        "private": _("Your private page. Whoever has this address can read this letter and contest the decision:"),
        "first": _("Your private page. Whoever has this address can read this letter:"),
    }
