"""Between a panel of this room and ``minga.tools.panel``: the pool's file, the lottery, the draw, replacements."""

from __future__ import annotations

import csv
import hashlib
import io
import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.engage.models import Panel, Panellist
from minga.ledger.refusals import Invalid
from minga.tools import panel as tool

if TYPE_CHECKING:
    from minga.tools.panel import Lottery, Member, PanelError, Relaxation, Replacement
    from minga.tools.panel import Panel as Draw
    from minga.tools.panel import Quotas as ToolQuotas
    from minga.tools.panel.space import Kind

Quotas = Mapping[str, Mapping[str, Sequence[int]]]
MOST_FEATURES, MOST_VALUES = 8, 20
TAKEN = ("id", "household", "reference")
# A spreadsheet would run these; nothing that people call themselves begins with them.
RUNS = ("=", "+", "-", "@", "|", "\t")


@dataclass(frozen=True)
class Prepared:
    """A pool ready to be closed: the number drawn for each panellist (id -> number) and the lottery over panels.

    Without a lottery it is not ready.
    """

    numbers: Mapping[int, int] = field(default_factory=dict)
    lottery: Lottery | None = None

    def __repr__(self) -> str:
        # Numbers are random: a repeated request must still look like the first one.
        return "Prepared"


def stored(quotas: Quotas) -> dict[str, dict[str, list[int]]]:
    return {feature: {value: list(pair) for value, pair in values.items()} for feature, values in quotas.items()}


def tool_quotas(panel: Panel) -> ToolQuotas:
    return {
        feature: {value: (low, high) for value, (low, high) in rows.items()} for feature, rows in panel.quotas.items()
    }


def faults(quotas: Quotas, size: int) -> dict[str, str]:
    """What is wrong with quotas, as errors of the field "quotas"; empty where nothing is."""
    if not quotas or len(quotas) > MOST_FEATURES or any(len(values) > MOST_VALUES for values in quotas.values()):
        words = _("Give 1 to %(features)s features with at most %(values)s values each.")
        return {"quotas": words % {"features": MOST_FEATURES, "values": MOST_VALUES}}
    for feature, values in quotas.items():
        if fault := _fault(feature, values, size):
            return {"quotas": f"{feature}: {fault}"}
    return {}


def _fault(feature: str, values: Mapping[str, Sequence[int]], size: int) -> str:
    if any(not _is_name(name) for name in (feature, *values)):
        return _("Names have 1 to 60 characters and begin with a letter or a digit.")
    if feature.casefold() in TAKEN or any(mark in feature for mark in ",;"):
        return _("A feature has another name, without comma and semicolon: it heads a column of the pool’s file.")
    if len(values) < 2:
        return _("A feature needs at least two values to choose from.")
    return _sum_fault(values, size)


def _is_name(name: str) -> bool:
    return bool(name.strip()) and len(name) <= 60 and not name.startswith(RUNS) and "\n" not in name


def _sum_fault(values: Mapping[str, Sequence[int]], size: int) -> str:
    lows, highs = (sum(pair[place] for pair in values.values()) for place in (0, 1))
    if any(not 0 <= low <= high for low, high in values.values()):
        return _("The lower number of a quota is 0 or more and not above the higher one.")
    if lows > size:
        return _("The lower numbers add up to %(sum)s, more than the %(size)s seats.") % {"sum": lows, "size": size}
    if highs < size:
        return _("The higher numbers add up to %(sum)s, fewer than the %(size)s seats.") % {"sum": highs, "size": size}
    return ""


def digest(text: str) -> str:
    """SHA-256, in hex, of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def name_of(one: Panellist) -> str:
    """What stands for somebody in the pool's file: their number, as wide as the largest."""
    return f"{one.number:05}"


def member(one: Panellist, name: str) -> Member:
    return tool.Member(name, one.features, one.household or None)


def pool_of(panel: Panel) -> list[Member]:
    """The pool as it was closed, whoever left it since included."""
    return [member(one, name_of(one)) for one in panel.panellists.exclude(number=None).order_by("number")]


def pool_file(panel: Panel) -> str:
    """The pool as CSV: id, household (where there are any), features. Ids were drawn by lot when the pool closed."""
    return csv_of(pool_of(panel), list(panel.quotas))


def csv_of(pool: Sequence[Member], features: Sequence[str]) -> str:
    homes = any(one.household for one in pool)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", *(["household"] if homes else []), *features])
    for one in pool:
        writer.writerow([one.id, *([one.household or ""] if homes else []), *(one.features[name] for name in features)])
    return out.getvalue()


def quota_file(panel: Panel) -> str:
    """The quotas as CSV: feature, value, low, high."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["feature", "value", "low", "high"])
    for feature, values in panel.quotas.items():
        writer.writerows([feature, value, low, high] for value, (low, high) in values.items())
    return out.getvalue()


def prepared(people: Iterable[Panellist], panel: Panel) -> Prepared:
    """Fresh numbers and the leximin lottery over panels. Raises Invalid, in plain words, where no panel is possible."""
    order = list(people)
    random.SystemRandom().shuffle(order)
    pool = [member(one, f"{number:05}") for number, one in enumerate(order, 1)]
    homes = any(one.household for one in order)
    try:
        found = tool.lottery(pool, tool_quotas(panel), panel.size, one_per_household=homes)
    except tool.PanelError as error:
        raise explained(error) from error
    return Prepared({one.pk: number for number, one in enumerate(order, 1)}, found)


def explained(error: PanelError) -> Invalid:
    """Why no panel is possible, and the smallest change that helps, in the language of the page."""
    if not isinstance(error, tool.Infeasible) or not error.relaxations:
        return Invalid(
            _("No panel can be drawn from this pool."),
            cause=_("There are fewer people in it than seats, or too many of them share a household."),
            do=_("Take more names, or announce a smaller panel."),
        )
    clash = ", ".join(f"{feature}: {value}" for feature, value in error.conflict)
    return Invalid(
        _("No panel from this pool meets all quotas."),
        cause=_("These cannot hold together: %(clash)s.") % {"clash": clash},
        do=" ".join(_advice(change) for change in error.relaxations),
    )


def _advice(change: Relaxation) -> str:
    told = {
        "what": f"{change.feature}: {change.value}",
        "pool": change.in_pool,
        "low": change.low,
        "high": change.high,
        "less": change.new_low,
        "more": change.new_high,
    }
    if change.new_low < change.low:
        words = _("%(what)s: at least %(low)s are wanted, %(pool)s are in the pool. Take more, or ask for %(less)s.")
    else:
        words = _("%(what)s: at most %(high)s are allowed. Allow %(more)s, or find more of the others.")
    return words % told


def lottery_of(panel: Panel) -> Lottery:
    """The lottery as it was fixed when the pool closed, so that no later version of a solver can change it."""
    from minga.tools.panel.lotteries import Entry

    kept = panel.lottery
    chances = {name_of(one): one.probability or 0.0 for one in panel.panellists.exclude(number=None)}
    return tool.Lottery(
        tool_quotas(panel),
        panel.size,
        kept["one_per_household"],
        tuple(_kind(row) for row in kept["kinds"]),
        tuple(Entry(row["tickets"], tuple(row["counts"])) for row in kept["panels"]),
        chances,
        tool.Fairness(**panel.fairness),
        "kept",
        0.0,
    )


def _kind(row: Mapping[str, Sequence[Sequence[str]]]) -> Kind:
    from minga.tools.panel.space import Kind

    return Kind(
        tuple(map(str, row["values"])),
        tuple(tuple(v) for v in row["household"]),
        tuple(tuple(ids) for ids in row["people"]),
    )


def drawn(panel: Panel, seed: str) -> Draw:
    """The panel that ``seed`` draws from the lottery that was fixed."""
    return tool.draw(lottery_of(panel), pool_of(panel), seed)


def replaced(panel: Panel, dropped: Collection[str], unavailable: Collection[str]) -> Replacement:
    """Who comes in for ``dropped``: as few quotas missed as possible, then the lowest lots of the seed."""
    now = drawn(panel, panel.seed)
    members = set(now.members)
    steps = tuple(tool.Replacement(tuple(row["dropped"]), tuple(row["added"]), ()) for row in panel.rounds)
    for step in steps:
        members = members - set(step.dropped) | set(step.added)
    here = tool.Panel(
        tuple(sorted(members)), (), now.seed, now.ticket, now.drawn, now.counts, now.lottery, replacements=steps
    )
    try:
        return tool.replace(here, dropped, pool_of(panel), unavailable).replacements[-1]
    except tool.PanelError as error:
        raise Invalid(
            _("There is nobody left to draw."),
            cause=_("Everybody in the pool has been drawn or has left it."),
            do=_("Go on with fewer people and say so in public, or announce another panel."),
        ) from error


@dataclass(frozen=True, slots=True)
class PoolRow:
    line: int
    features: Mapping[str, str]
    reference: str
    household: str


@dataclass(frozen=True, slots=True)
class PoolFile:
    """What was read from a file: ``rows`` below the header = used + rejected (line, why)."""

    rows: int
    used: tuple[PoolRow, ...]
    rejected: tuple[tuple[int, str], ...]


MOST_ROWS = 200_000


def read_pool(data: bytes, panel: Panel) -> PoolFile:
    """Read a pool from CSV with a header: a column per feature, and where wanted "reference" and "household".

    Comma, semicolon or tab; UTF-8. Raises Invalid where the file as a whole cannot be used.
    """
    text = _text(data)
    first = text.partition("\n")[0]
    if not first.strip():
        raise unreadable(_("The file is empty, or its first line is."))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        rows = [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        raise unreadable(_("Line %(line)s cannot be read.") % {"line": reader.line_num}) from error
    header = [name.strip() for name in rows[0][1]]
    if missing := [name for name in panel.quotas if name not in header]:
        raise unreadable(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    if twice := [name for name, count in Counter(header).items() if count > 1]:
        raise unreadable(_("These columns stand there twice: %(names)s.") % {"names": ", ".join(twice)})
    if len(rows) - 1 > MOST_ROWS:
        raise unreadable(_("It has more than %(most)s rows.") % {"most": MOST_ROWS})
    return _sorted_out(panel, header, rows[1:])


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unreadable(_("It is not text in UTF-8.")) from error
    if "\x00" in text:
        raise unreadable(_("It is not a CSV file."))
    return text


def unreadable(what: str) -> Invalid:
    """The refusal of a file, with ``what`` is wrong as a sentence."""
    words = f"{what} " + _("Save it as CSV in UTF-8, with a first line that names the columns.")
    return Invalid(_("Nothing was imported."), do=words, fields={"file": words})


def _sorted_out(panel: Panel, header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]) -> PoolFile:
    used: list[PoolRow] = []
    rejected: list[tuple[int, str]] = []
    seen: set[str] = set()
    for line, cells in rows:
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        reference = row.get("reference", "")[:64]
        if why := _rejects(panel, header, cells, row, reference in seen):
            rejected.append((line, why))
            continue
        seen |= {reference} - {""}
        features = {name: row[name] for name in panel.quotas}
        used.append(PoolRow(line, features, reference, _sealed(panel, row.get("household", ""))))
    return PoolFile(len(rows), tuple(used), tuple(rejected))


def _sealed(panel: Panel, household: str) -> str:
    """A household may come as an address: only that two people share it is kept."""
    if not household:
        return ""
    return salted_hmac("engage.household", f"{panel.pk}:{household}", algorithm="sha256").hexdigest()[:12]


def _rejects(panel: Panel, header: Sequence[str], cells: Sequence[str], row: Mapping[str, str], again: bool) -> str:
    if len(cells) != len(header):
        words = ngettext(
            "It has %(count)s cell, the first line has %(wanted)s.",
            "It has %(count)s cells, the first line has %(wanted)s.",
            len(cells),
        )
        return words % {"count": len(cells), "wanted": len(header)}
    for feature, values in panel.quotas.items():
        if row[feature] not in values:
            return _("%(feature)s is none of: %(values)s.") % {"feature": feature, "values": ", ".join(values)}
    return _("This reference stands in the file twice.") if again else ""
