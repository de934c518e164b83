"""What a mentor sees beside the form while typing: the card of the session to be, a free or taken calendar, a fair price."""

from dataclasses import dataclass, replace
from datetime import timedelta

from flask import url_for

from app.accounts.models import User
from app.config import settings
from app.kernel.clock import now
from app.kernel.money import Money, exponent, share
from app.lessons import calendar, series
from app.lessons import queries as lesson_queries
from app.lessons.service import DURATIONS
from app.web.cards import LessonCard, minutes_text, person_chip
from app.web.filters import price_words, relative, when, zone_name
from blueprints.mentor.lesson_form import LessonForm, topics_of

USUAL_HOUR = (5, 50)
"""Major units most people ask for an hour (the plan's $5-$50)."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The card, what of the price is the mentor's, the hints under Price and under Date and time (its tone: "ok", "bad" or "")."""

    card: LessonCard
    fee_hint: str
    price_hint: str
    time_hint: str
    time_tone: str


def preview_of(form: LessonForm, mentor: User) -> Preview:
    """As far as it can be seen from what is typed so far."""
    minutes = _minutes(form)
    text, tone = _time_hint(form, mentor)
    return Preview(_card(form, mentor, minutes), fee_hint(form.typed_price()), price_hint(minutes), text, tone)


def fee_hint(price: Money | None) -> str:
    """`You get $16.20 of $18 after the fee of 10 %.`; without a price that can be read: the percentage alone."""
    bps = settings().platform_fee_bps
    if price is not None and price.is_zero:
        return "Nothing is paid, and there is no fee."
    if not bps:
        return f"You get all of {price}: there is no fee." if price else "All of it is yours: there is no fee."
    percent = f"{bps / 100:g} %"
    if price is None:
        return f"You get what is left after the fee of {percent}."
    return f"You get {price - share(price, bps)} of {price} after the fee of {percent}."


def price_hint(minutes: int) -> str:
    """`Most sessions of 45 min cost $4 to $38.`: the usual range of an hour, scaled and rounded to whole units."""
    currency = settings().currency
    low, high = (Money(max(1, round(rate * minutes / 60)) * 10 ** exponent(currency), currency) for rate in USUAL_HOUR)
    return f"Most sessions of {minutes_text(minutes)} cost {low} to {high}. One seat, in {currency}."


def clash_text(form: LessonForm, mentor: User) -> str | None:
    """What else is in the mentor's calendar then, in a sentence; None when it is free."""
    starts_at = form.typed_start(mentor.timezone)
    if starts_at is None:
        return None
    besides = _moving_along(form, mentor)
    other = calendar.clash_for(mentor.id, starts_at, starts_at + timedelta(minutes=_minutes(form)), besides=besides)
    if other is None:
        return None
    return f"You have “{other.title}” then ({when(other.starts_at)}). Choose another time."


def _moving_along(form: LessonForm, mentor: User) -> list[int]:
    """The sessions that would make room for this one: itself when it is edited, and what of its series is meant."""
    number = form.lesson_id.data or ""
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return []
    return [one.id for one in series.ahead(lesson_queries.own(mentor, int(number)), form.meant)]


def _time_hint(form: LessonForm, mentor: User) -> tuple[str, str]:
    starts_at = form.typed_start(mentor.timezone)
    if starts_at is None:
        return f"In your time zone, {mentor.timezone.replace('_', ' ')}.", ""
    named = f"{when(starts_at)} in {mentor.timezone.replace('_', ' ')} ({zone_name(starts_at, mentor.timezone)})"
    if starts_at < now():
        return f"{named} has passed.", "bad"
    clash = clash_text(form, mentor)
    return (clash, "bad") if clash else (f"{named}. You are free then.", "ok")


def _minutes(form: LessonForm) -> int:
    return form.duration_minutes.data if form.duration_minutes.data in DURATIONS else 60


def _card(form: LessonForm, mentor: User, minutes: int) -> LessonCard:
    starts_at = form.typed_start(mentor.timezone)
    shown = starts_at or now() + timedelta(days=1)
    topics = topics_of(form.topics.data)[:12]
    price = form.typed_price()
    card = LessonCard(
        id=0,
        title=(form.title.data or "")[:80] or "Your title",
        description=form.description.data or "",
        url="#title",
        details_url="",
        mentor=replace(person_chip(mentor), url="#title"),
        starts_at=shown,
        when=when(shown) if starts_at else "Day and time",
        zone=zone_name(shown, mentor.timezone),
        relative=relative(shown) if starts_at else "",
        duration=minutes_text(minutes),
        price=price_words(price) if price else "Price",
        topics=topics or ("Your topics",),
        art_url=_art(form, topics),
        seats=f"0 of {form.capacity.data} seats" if form.capacity.data in (2, 3) else None,
        book_url=None,
        state_note=None,
        is_live=False,
    )
    return card


def _art(form: LessonForm, topics: tuple[str, ...]) -> str:
    if form.picture:
        return url_for("visitor.media", key=form.picture)
    seed = topics[0] if topics else "session"
    return url_for("visitor.art", seed=f"{seed}-preview"[:60])
