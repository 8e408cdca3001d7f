"""Canonical form and chain, for any content."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minga.ledger import chain

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
payloads = st.dictionaries(st.text(), plain, max_size=5)


def make_chain(contents: list[dict]) -> list[dict]:
    previous, entries = chain.GENESIS, []
    for seq, payload in enumerate(contents, start=1):
        entry = {
            "chain": "c", "seq": seq, "previous": previous, "actor": "0" * 64, "group": "agency", "phase": "design",
            "level": "group", "action": "need.stated", "subject": ["need", str(seq)], "because": [["need", "1"]],
            "happened": "t", "recorded": "t", "history": "recorded", "payload": payload,
        }  # fmt: skip
        previous = entry["hash"] = chain.entry_hash(entry)
        entries.append(entry)
    return entries


def faults(entries: list[dict]) -> list[chain.Fault]:
    rows = [(e["chain"], e["seq"], e["previous"], e["hash"], chain.entry_hash(e)) for e in entries]
    return list(chain.verify(rows))


@given(payloads)
def test_canonical_form_survives_a_round_trip(payload: dict) -> None:
    text = chain.canonical(payload)
    assert chain.canonical(json.loads(text)) == text


@given(st.lists(payloads, min_size=1, max_size=6))
def test_any_chain_verifies(contents: list[dict]) -> None:
    assert faults(make_chain(contents)) == []


@given(st.lists(payloads, min_size=2, max_size=6), st.data())
def test_any_change_is_found_where_it_was_made(contents: list[dict], data: st.DataObject) -> None:
    entries = make_chain(contents)
    victim = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from(("group", "action", "happened", "level")))
    entries[victim][field] += "x"
    assert [fault.seq for fault in faults(entries)] == [victim + 1]


@given(payloads, st.text(), st.text())
def test_the_stored_row_gives_the_same_hash(payload: dict, group: str, identifier: str) -> None:
    entry = make_chain([payload])[0] | {"group": group, "subject": ["need", identifier]}
    texts = {"because": chain.canonical(entry["because"]), "payload": chain.canonical(payload)}
    stored = entry | texts | {"subject_kind": "need", "subject_id": identifier}
    assert chain.row_hash([stored[name] for name in chain.ROW]) == chain.entry_hash(entry)


def test_a_float_is_refused_with_its_place() -> None:
    with pytest.raises(chain.NotCanonical, match=r"payload.share\[1\]"):
        chain.canonical({"share": [1, 0.5]})
