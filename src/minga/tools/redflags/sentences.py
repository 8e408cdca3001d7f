"""What each indicator says in words: when it fires, what it looked at, and why it could not look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """``fired`` takes measured, bound and subject; ``tested`` is said where it did not fire."""

    title: str
    fired: str
    tested: str
    unit: str = ""


WORDINGS: Mapping[str, Wording] = {
    "R003": Wording(
        "Short tender period",
        "Bidders had {measured:.0f} whole days, fewer than the limit of {bound:.0f}.",
        "the tender period is not shorter than the limit",
        "days",
    ),
    "R018": Wording(
        "Single bidder",
        "Only one tenderer took part in a procedure that is meant to be competitive.",
        "more than one tenderer took part",
        "tenderers",
    ),
    "R024": Wording(
        "Price close to the winning bid",
        "The second bid is only {measured:.2%} above the winning one; in this data {bound:.2%} or less is unusual.",
        "the second bid is not unusually close to the winning one",
        "ratio",
    ),
    "R025": Wording(
        "Many bids, few won",
        "{subject} bids often and won only {measured:.1%} of the processes it bid in; {bound:.1%} or less is unusual.",
        "no tenderer that lost here bids often and wins unusually seldom",
        "ratio",
    ),
    "R028": Wording(
        "Identical bid prices",
        "{measured:.0f} bids of different tenderers have the same price.",
        "no two tenderers asked the same price",
        "bids",
    ),
    "R030": Wording(
        "Late bid won",
        "A winning bid came in {measured:.1f} days after the deadline.",
        "no winning bid came in after the deadline",
        "days",
    ),
    "R035": Wording(
        "All other bids disqualified",
        "The bids of {measured:.0f} other tenderers were disqualified and the only one left won.",
        "the winner was not the only one left after disqualifications",
        "tenderers",
    ),
    "R036": Wording(
        "Lowest bid disqualified",
        "The lowest bid ({measured:,.2f}) was disqualified; the lowest valid one is {bound:,.2f}.",
        "the lowest bid was not disqualified",
        "currency",
    ),
    "R038": Wording(
        "Many bids disqualified",
        "{measured:.1%} of the bids of {subject} were disqualified; {bound:.1%} or more is unusual.",
        "no party here has unusually many disqualified bids",
        "ratio",
    ),
    "R048": Wording(
        "Supplier of very many kinds of things",
        "{subject} supplies {measured:.0f} kinds of things; {bound:.1f} or more is unusual.",
        "the supplier does not supply unusually many kinds of things",
        "classes",
    ),
    "R058": Wording(
        "Heavily discounted bid",
        "The second bid is {measured:.1%} above the winning one; in this data {bound:.1%} or more is unusual.",
        "the winning bid is not unusually far below the second",
        "ratio",
    ),
}

WHY_NOT: Mapping[str, str] = {
    "cancelled": "the tender was cancelled",
    "excluded": "the settings leave this procurement method out",
    "switched_off": "the settings switch this indicator off for this procurement method",
    "method": "the procurement method is missing or not among those that the settings test",
    "no_period": "the tender period lacks its start or its end",
    "bad_date": "a date of the tender period is not a full date with time and offset (RFC 3339)",
    "no_tenderers": "tender/numberOfTenderers is missing",
    "no_comparison": "prices are not compared for this procurement method (settings)",
    "no_bids": "the release has no bids/details",
    "no_awards": "the release has no awards",
    "unsettled": "an award is still pending or has an unknown status",
    "no_active": "there is no active award",
    "several_active": "there are several active awards, and the data do not say which bids competed for which",
    "joint_award": "the award goes to several suppliers together (consortium)",
    "no_supplier": "the active award names no supplier with an id",
    "lots": "the tender has several lots, and bids of different lots do not compete with each other",
    "no_winning_bid": "no valid bid of the winner alone has a price in the main currency",
    "zero_bid": "the winning bid is zero or below",
    "no_second_bid": "no valid bid of another single tenderer has a price in the main currency",
    "not_lowest": "the winning bid is not the lowest, so price was not the only criterion",
    "no_valid_bid": "there is no valid bid",
    "few_prices": "fewer bids than needed carry a price",
    "no_deadline": "tender/tenderPeriod/endDate is missing",
    "no_dated_bid": "no valid bid carries its date",
    "no_submitted_bid": "no bid was submitted",
    "no_items": "the awarded items are not listed",
    "no_fence": "the data give no usable limit: the fence is not above zero, or too few cases can be compared",
    "alone": "it can only be judged among other releases",
}

PLANTED: Mapping[str, frozenset[str]] = {
    "cover_bids": frozenset({"R024"}),
    "always_losing": frozenset({"R025"}),
    "all_but_one_disqualified": frozenset({"R035", "R038"}),
    "late_winning_bid": frozenset({"R030"}),
    "identical_prices": frozenset({"R028"}),
    "many_classes": frozenset({"R048"}),
    "short_call": frozenset({"R003"}),
    "split_contract": frozenset(),
}
"""Which indicators are meant to find a planted kind; a kind not listed is found by any."""
