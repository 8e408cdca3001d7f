"""What it is called, how far it is, and who answers for it."""

from typing import Any

from minga.register.canonical.texts import code_of, codes_in, leading_code, own, split, value
from minga.register.document import FORMAT, Record
from minga.tools.registers import parts as p
from minga.tools.registers.parts import Text

WHOLE = p.Scope(code="public")


def identity(record: Record) -> dict[str, Any]:
    themes, others = codes_in("theme", value(record.policy_theme))
    address = record.public_url.value
    body_type = value(record.org_type)
    left = [body_type] if body_type and not code_of("org_type", body_type) else []
    return {
        "record_id": {"own": record.record_id.value},
        "name": own(record.name.value),
        "summary": own(record.summary.value),
        "description": own(value(record.description)) or _from_card(record) or own(record.summary.value),
        "languages": record.languages.value,
        "phase": record.phase.value,
        "start_date": value(record.start_date),
        "end_date": value(record.end_date),
        "policy_theme": themes or None,
        "tags": [*split(value(record.tags)), *others, *left] or None,
        "territory": split(value(record.territory)) or None,
        "public_url": [
            p.Link(kind="record", url=address),
            p.Link(kind="page", url=address.removesuffix("record/")),
        ],
        "standard_versions": {"minga": FORMAT},
        "publication_scope": _scope(value(record.publication_scope)),
    }


def _from_card(record: Record) -> Text | None:
    """What the card of the tool in use says that it does, in the languages of the card."""
    found = value(record.models) or []
    current = next((one for one in reversed(found) if one.in_use), found[-1] if found else None)
    return dict(current.summary) if current and current.summary else None


def _scope(text: str | None) -> p.Scope:
    """The whole record is public unless somebody says otherwise."""
    return p.Scope(code=leading_code("scope", text), reason=own(text)) if text else WHOLE


def accountability(record: Record) -> dict[str, Any]:
    body_type, origin = value(record.org_type), value(record.development_origin)
    procurement, authority = value(record.procurement), value(record.authority_to_operate)
    return {
        "deploying_org": p.Body(name=record.deploying_org.value),
        "org_type": code_of("org_type", body_type) if body_type else None,
        "org_unit": value(record.org_unit),
        "responsible_owner": own(value(record.responsible_owner)),
        "public_contact": value(record.public_contact),
        "teams_involved": [told for name in value(record.teams_involved) or () if (told := own(name))] or None,
        "provider": _providers(record),
        "development_origin": leading_code("origin", origin),
        "procurement": p.Procurement(procedure=own(procurement)) if procurement else None,
        "supplier_data_access": own(value(record.supplier_data_access)),
        "authority_to_operate": _authority(authority) if authority else None,
    }


def _providers(record: Record) -> list[p.Provider] | None:
    """An empty list where the partnership is known and no supplier is in it."""
    found = value(record.provider)
    if found is None:
        return [] if record.teams_involved else None
    return [p.Provider(name=one.name, capacity="provider", role=own(one.brings)) for one in found]


def _authority(text: str) -> p.Authority:
    return p.Authority(held=leading_code("answer", text), text=own(text))
