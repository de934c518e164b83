"""A policy of canceling as sentences with real moments on the viewer's own clock."""

from datetime import datetime

from app.bookings.cancellation_terms import TERMS, moments_of
from app.kernel.clock import now
from app.lessons.models import CancelPolicy
from app.web.filters import viewer_zone, when_inside, zone_name

PARTS = {100: "all of it comes back", 50: "half of it comes back", 0: "nothing comes back"}
LATER = {100: "all of it", 50: "half of it", 0: "nothing"}

CHOICES = [(policy.value, terms.name, terms.sentence) for policy, terms in TERMS.items()]
"""Value, name and sentence of each policy, for forms."""


def policy_name(policy: CancelPolicy) -> str:
    """`Flexible`."""
    return TERMS[policy].name


def cancel_text(policy: CancelPolicy, starts_at: datetime) -> str:
    """`Cancel before Tue 24 Nov, 18:30 CET and all of it comes back; later, half of it.`: only what still can happen."""
    tiers = [(until, percent) for until, percent in moments_of(policy, starts_at) if until > now()]
    if not tiers:
        return "It has begun, so it cannot be canceled."
    if len(tiers) == 1:
        return f"Cancel before it starts and {PARTS[tiers[0][1]]}."
    (first, percent), *rest = tiers
    named = f"{when_inside(first)} {zone_name(first, viewer_zone())}"
    between = "".join(f"; before {when_inside(until)}, {LATER[part]}" for until, part in rest[:-1])
    return f"Cancel before {named} and {PARTS[percent]}{between}; later, {LATER[rest[-1][1]]}."
