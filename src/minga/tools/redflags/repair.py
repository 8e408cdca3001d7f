"""Reading a release that is not what the standard says: mended with a note, or refused with a reason."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import orjson

from minga.tools.redflags.shapes import Release

PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?")
DECIMAL_COMMA = re.compile(r"-?\d+,\d{1,2}")
KINDS = {dict: "an object", list: "an array", str: "text", int: "a number", float: "a number", bool: "true/false"}


class Refused(Exception):
    """The row cannot be used. ``failed`` where it is not JSON at all, otherwise it is rejected."""

    def __init__(self, reason: str, failed: bool = False) -> None:
        super().__init__(reason)
        self.failed = failed


def repair(line: bytes) -> tuple[Release, list[str]]:
    """The release on a line that the fast decoder refused, with a note for each thing mended or left out.

    Raises ``Refused`` where the line is not JSON, not an object, or has no text as ``ocid``.
    """
    raw = _parse(line)
    mender = _Mender()
    return msgspec.convert(mender.release(raw), Release), mender.notes


def _parse(line: bytes) -> dict[str, Any]:
    try:
        raw = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Refused(f"not JSON: {error.msg} at character {error.pos + 1}", failed=True) from None
    if not isinstance(raw, dict):
        raise Refused(f"{_kind(raw)} stands where a release should be")
    return raw


def _kind(value: Any) -> str:
    return KINDS.get(type(value), "null")


class _Mender:
    """Copies the needed fields into the right types; ``notes`` says what was not as it should be."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def release(self, raw: dict[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key in ("compiledRelease", "releases", "records"):
            if raw.get(key) is not None:
                self._package(raw, key, out)
        ocid = raw.get("ocid")
        if not isinstance(ocid, str) and not out:
            raise Refused("no ocid" if ocid is None else f"the ocid is {_kind(ocid)}, not text")
        out |= {"ocid": ocid if isinstance(ocid, str) else None, "date": self.text(raw, "date", "")}
        out["buyer"] = self.organisation(raw, "buyer", "")
        out["tender"] = self.tender(self.object(raw, "tender", ""))
        bids = self.object(raw, "bids", "")
        out["bids"] = {"details": self.array(bids, "details", "/bids", self.bid)}
        out["awards"] = self.array(raw, "awards", "", self.award)
        return out

    def _package(self, raw: dict[str, Any], key: str, out: dict[str, Any]) -> None:
        value = raw[key]
        if key == "compiledRelease":
            out[key] = msgspec.Raw(orjson.dumps(value))
        elif isinstance(value, list):
            out[key] = [msgspec.Raw(orjson.dumps(entry)) for entry in value]

    def tender(self, raw: dict[str, Any]) -> dict[str, Any]:
        period = self.object(raw, "tenderPeriod", "/tender")
        out: dict[str, Any] = {
            key: self.text(raw, key, "/tender") for key in ("status", "procurementMethod", "procurementMethodDetails")
        }
        out["tenderPeriod"] = {key: self.text(period, key, "/tender/tenderPeriod") for key in ("startDate", "endDate")}
        out["procuringEntity"] = self.organisation(raw, "procuringEntity", "/tender")
        out["numberOfTenderers"] = self.number(raw, "numberOfTenderers", "/tender")
        out["lots"] = self.array(raw, "lots", "/tender", lambda lot, path: lot) or []
        return out

    def bid(self, raw: dict[str, Any], path: str) -> dict[str, Any]:
        value = self.object(raw, "value", path)
        return {
            "status": self.text(raw, "status", path),
            "date": self.text(raw, "date", path),
            "tenderers": self.array(raw, "tenderers", path, self.party) or [],
            "value": {
                "amount": self.number(value, "amount", f"{path}/value"),
                "currency": self.text(value, "currency", f"{path}/value"),
            },
        }

    def award(self, raw: dict[str, Any], path: str) -> dict[str, Any]:
        return {
            "status": self.text(raw, "status", path),
            "suppliers": self.array(raw, "suppliers", path, self.party) or [],
            "items": self.array(raw, "items", path, self.item) or [],
        }

    def item(self, raw: dict[str, Any], path: str) -> dict[str, Any]:
        return {"classification": self.organisation(raw, "classification", path)}

    def organisation(self, raw: dict[str, Any], key: str, path: str) -> dict[str, Any]:
        return self.party(self.object(raw, key, path), f"{path}/{key}")

    def party(self, raw: dict[str, Any], path: str) -> dict[str, Any]:
        return {"id": self.text(raw, "id", path)}

    def text(self, raw: dict[str, Any], key: str, path: str) -> str | None:
        value = raw.get(key)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool) and key == "id":
            self.notes.append(f"{path}/{key}: the number {value} read as text")
            return str(value)
        self.left_out(f"{path}/{key}", value, "text")
        return None

    def number(self, raw: dict[str, Any], key: str, path: str) -> float | None:
        value = raw.get(key)
        if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
            return value
        if isinstance(value, str) and PLAIN_NUMBER.fullmatch(text := value.strip()):
            self.notes.append(f"{path}/{key}: the text {value!r} read as a number")
            return float(text)
        if isinstance(value, str) and DECIMAL_COMMA.fullmatch(text):
            self.notes.append(f"{path}/{key}: the text {value!r} read as a number with a decimal comma")
            return float(text.replace(",", "."))
        self.left_out(f"{path}/{key}", value, "a number")
        return None

    def object(self, raw: dict[str, Any], key: str, path: str) -> dict[str, Any]:
        value = raw.get(key)
        if value is None or isinstance(value, dict):
            return value or {}
        self.left_out(f"{path}/{key}", value, "an object")
        return {}

    def array(self, raw: dict[str, Any], key: str, path: str, read: Any) -> list[Any] | None:
        value = raw.get(key)
        if value is None:
            return None
        if isinstance(value, dict):
            self.notes.append(f"{path}/{key}: an object where an array should be, read as an array of one")
            value = [value]
        if not isinstance(value, list):
            self.left_out(f"{path}/{key}", value, "an array")
            return None
        return [read(self.entry(entry, f"{path}/{key}/{k}"), f"{path}/{key}/{k}") for k, entry in enumerate(value)]

    def entry(self, value: Any, path: str) -> dict[str, Any]:
        """An entry of an array; one that is not an object is emptied, so that positions stay true."""
        if isinstance(value, dict):
            return value
        self.left_out(path, value, "an object")
        return {}

    def left_out(self, path: str, value: Any, wanted: str) -> None:
        shown = repr(value) if isinstance(value, (str, int, float)) else _kind(value)
        self.notes.append(f"{path}: {shown[:60]} where {wanted} should be, left out")
