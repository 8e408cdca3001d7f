"""A public-dialogue session or a panel: what was asked, who came, what they said, what they recommend."""

from typing import Any

from minga.web.format import day, whole
from minga.web.pdf import words
from minga.web.pdf.parts import head, own_words, said
from minga.web.pdf.shapes import AgendaItem, Attendance, Quote, Recommendation, Session


def session_view(data: Session) -> dict[str, Any]:
    asked = data["recommendations"]
    answered = sum(1 for found in asked if found["outcome"] != "open")
    return head(data, words.session_words()) | {
        "finding": data["finding"],
        "held": day(data["held"]),
        "place": data["place"],
        "purpose": data["purpose"],
        "limits": list(data["limits"]),
        "agenda": [_item(item) for item in data["agenda"]],
        "attendance": [_came(group) for group in data["attendance"]],
        "quotes_title": words.quotes_title(data["recorded"], data["consented"]),
        "quotes": [_quote(found) for found in data["quotes"]],
        "tags": [{"code": tag["code"], "label": tag["label"], "count": whole(tag["count"])} for tag in data["tags"]],
        "recommendations_title": words.recommendations_title(answered, len(asked)),
        "recommendations": [_recommendation(found) for found in asked],
    }


def _item(item: AgendaItem) -> dict[str, str]:
    minutes = whole(item["minutes"])
    return {"starts": item["starts"], "minutes": minutes, "title": item["title"], "method": item.get("method", "")}


def _came(group: Attendance) -> dict[str, str]:
    return {"label": group["label"], "invited": words.number(group["invited"]), "came": words.number(group["came"])}


def _quote(found: Quote) -> dict[str, Any]:
    line = ", ".join([found["speaker"], words.alike_line(found["alike"]), *found.get("tags", [])])
    return said(found) | {"line": line}


def _recommendation(found: Recommendation) -> dict[str, Any]:
    support, due, replied = found.get("support"), found.get("due"), found.get("replied")
    lines = [words.support_line(support["yes"], support["no"], support["abstained"])] if support else []
    is_open = found["outcome"] == "open"
    return {
        "number": whole(found["number"]),
        "said": own_words(found["text"]),
        "support": "".join(lines),
        "outcome": words.outcome_word(found["outcome"]),
        "open": is_open,
        "reply": found.get("reply", ""),
        "line": words.due_line(day(due)) if is_open and due else day(replied),
    }
