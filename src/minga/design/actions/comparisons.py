"""Ways to get a tool are compared with visible weights, for the procurement file."""

from collections.abc import Mapping, Sequence
from decimal import InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from minga.design import comparing
from minga.design.models import Comparison, ToolVersion
from minga.ledger.action import Act, action
from minga.ledger.refusals import Invalid, required
from minga.tools.base import ToolError


@action("comparison.made", level="group")
def make_comparison(
    act: Act,
    title: str,
    options: Sequence[Mapping[str, Any]],
    weights: Mapping[str, Any],
    ceilings: Mapping[str, Any],
    terms: Mapping[str, Any],
    reason: str,
) -> Comparison:
    """Weigh two to four options and keep the whole table; the arguments are those of ``comparing.weigh``.

    ``reason`` is what follows from it. The table is never changed: other weights are another comparison.
    """
    required(title=title, reason=reason)
    if not comparing.FEWEST <= len(options) <= comparing.MOST:
        raise Invalid(_("A comparison needs two to four options."), do=_("Choose as many."))
    plain = [comparing.plain(one) for one in options]
    weights, ceilings, terms = (comparing.plain(given) for given in (weights, ceilings, terms))
    try:
        found = comparing.weigh(plain, weights, ceilings, terms)
    except ToolError as error:
        raise Invalid(_("This could not be compared."), cause=str(error)) from None
    except (InvalidOperation, ValueError) as error:
        raise Invalid(
            _("This could not be compared."), cause=_("An amount is not a number (%(error)s).") % {"error": error}
        ) from None
    named = [one["version"] for one in plain if one.get("version")]
    act.because(*ToolVersion.objects.filter(project=act.place, pk__in=named))
    act.note(title=title, options=[one["name"] for one in plain], weights={k: str(v) for k, v in weights.items()})
    return Comparison.objects.create(
        project=act.place, title=title.strip()[:200], options=plain, weights=weights,
        result={**found.as_json(), "terms": terms}, reason=reason.strip(), person_id=act.person_id, made=act.now,
    )  # fmt: skip
