"""The results of a conversation, as the words and figures its template lays out."""

from typing import Any

from minga.web.format import day, percent, whole
from minga.web.pdf import words
from minga.web.pdf.parts import head, own_words, statement, votes_row
from minga.web.pdf.shapes import Answer, DataFile, Figure, Portrait, Report, StatementResult, Telling, TookPart


def report_view(data: Report) -> dict[str, Any]:
    real = data["check"]["real"]
    labels = words.report_words() | words.answer_words()
    return head(data, labels) | {
        "finding": data["finding"],
        "period": words.period(day(data["opened"]), day(data["closed"])),
        "counts": words.counts_line(data["participants"], data["statements"], data["votes"]),
        "agreed": {
            "title": words.agreed_title(len(data["agreed"]), real),
            "rows": [_result(row) for row in data["agreed"]],
        },
        "divides": {
            "title": words.divides_title(len(data["divides"]), real),
            "rows": [_result(row) for row in data["divides"]],
        },
        "portraits": [_portrait(group) for group in data["portraits"]] if real else [],
        "check": _check(data),
        "took_part": _took_part(data),
        "answers": _answers(data),
        "method": list(data["method"]),
        "limits": list(data["limits"]),
        "data": [_file(file) for file in data["data"]],
    }


def _result(found: StatementResult) -> dict[str, Any]:
    return statement(found) | {
        "groups": [votes_row(votes) for votes in found["groups"]],
        "constituencies": "; ".join(words.agree_line(votes) for votes in found.get("constituencies", [])),
        "note": found.get("note", ""),
    }


def _portrait(group: Portrait) -> dict[str, Any]:
    return {
        "label": group["label"],
        "people": words.people_line(group["people"]),
        "statements": [_telling(found) for found in group["statements"]],
    }


def _telling(found: Telling) -> dict[str, Any]:
    line = words.took_line(found["stance"], found["took"], found["voted"])
    took, voted = found.get("others_took"), found.get("others_voted")
    if took is not None and voted is not None:
        line = f"{line}; {words.others_line(found['stance'], took, voted)}"
    return statement(found) | {"line": line}


def _check(data: Report) -> dict[str, Any]:
    return {
        "title": words.check_title(data["check"]["real"]),
        "sentence": data["check"]["sentence"],
        "figures": [_figure(figure) for figure in data["check"]["figures"]],
    }


def _figure(figure: Figure) -> dict[str, str]:
    digits = 1 if figure.get("unit") == "%" else 2
    return {
        "label": figure["label"],
        "value": words.figure_value(figure),
        "interval": words.interval(figure.get("low"), figure.get("high"), digits),
    }


def _took_part(data: Report) -> dict[str, Any]:
    rows = sorted(data["took_part"], key=lambda row: -row["affected"])
    widest = max((max(row["affected"], row["share"] or 0, row["high"] or 0) for row in rows), default=0)
    return {
        "title": words.took_part_title(rows),
        "source": data["took_part_source"],
        "rows": [_took_part_row(row) for row in rows],
        "scale": widest or 1,
    }


def _took_part_row(row: TookPart) -> dict[str, Any]:
    share = row["share"]
    return {
        "label": row["label"],
        "affected": row["affected"],
        "affected_text": percent(row["affected"]),
        "share": share,
        "range": None if row["low"] is None or row["high"] is None else [row["low"], row["high"]],
        "share_text": words.too_few() if share is None else percent(share),
        "interval": words.interval(row["low"], row["high"]),
        "people": "–" if row["people"] is None else whole(row["people"]),
        "gap": words.gap(row),
    }


def _answers(data: Report) -> dict[str, Any]:
    return {
        "title": words.replies_title(data["replies"]),
        "median": words.median_line(data["replies"]),
        "rows": [_answer(answer) for answer in data["answers"]],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    decided, due = answer.get("decided"), answer.get("due")
    pieces = [words.answers_line(answer["contributions"])] if answer["outcome"] != "open" else []
    pieces += [day(decided)] if decided else [words.due_line(day(due))] if due else []
    return {
        "said": own_words(answer["text"], answer.get("language", "")),
        "outcome": words.outcome_word(answer["outcome"]),
        "open": answer["outcome"] == "open",
        "line": ", ".join(pieces),
        "reason": answer.get("reason", ""),
    }


def _file(file: DataFile) -> dict[str, str]:
    return {"name": file["name"], "address": file["address"], "sha256": file.get("sha256", "")}
