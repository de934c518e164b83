"""Explore: search and filters over what can be booked."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.config import settings
from app.kernel.clock import now
from app.kernel.money import Money, exponent
from app.lessons import queries as lessons
from app.lessons.queries import SORTS, Search
from app.web import limits
from app.web.cards import lesson_cards
from app.web.filters import viewer_zone
from app.web.forms import tidy
from app.web.fragments import is_htmx
from app.web.guards import viewer
from blueprints.visitor.blueprint import visitor

LONGEST_QUERY, LAST_PAGE, CHIPS = 80, 200, 10
TONIGHT_BEGINS, NIGHT_ENDS = 17, 3
"""Hours of the viewer's clock."""
PRICE_STEPS = (10, 20, 35, 50)
SCALE = {"INR": 50, "JPY": 100, "KRW": 1000}
"""What a dollar's step becomes where money has other sizes (R3)."""


@visitor.get("/explore")
@limits.search_by_person
def explore() -> ResponseReturnValue:
    """The catalog; htmx gets only what changed: the results, or the next page of cards."""
    asked = _asked()
    wanted = _search(asked)
    found = lessons.search(wanted)
    page = {
        "asked": asked,
        "cards": lesson_cards(found.lessons, viewer()),
        "total": found.total,
        "more_url": url_for("visitor.explore", **asked, page=wanted.page + 1) if found.has_more else None,
    }
    if is_htmx():
        return render_template("visitor/_more.html" if wanted.page else "visitor/_results.html", **page)
    topics = lessons.popular_topics(CHIPS)
    return render_template("visitor/explore.html", topics=topics, prices=price_steps(), **page)


def price_steps() -> list[tuple[str, str]]:
    """Choices of "up to": (whole major units, as people write it) in the instance's currency."""
    currency = settings().currency
    amounts = [step * SCALE.get(currency, 1) for step in PRICE_STEPS]
    return [(str(amount), str(Money(amount * 10 ** exponent(currency), currency))) for amount in amounts]


def _asked() -> dict[str, str]:
    """The filters of the address, tidied; unknown values count as not asked."""
    args = request.args
    asked = {
        "q": tidy(args.get("q", ""))[:LONGEST_QUERY],
        "topic": tidy(args.get("topic", ""))[:LONGEST_QUERY],
        "when": args.get("when", "") if args.get("when") in ("today", "tonight") else "",
        "price": args.get("price", "") if args.get("price") in dict(price_steps()) else "",
        "sort": args.get("sort", "") if args.get("sort") in SORTS[1:] else "",
    }
    return {name: value for name, value in asked.items() if value}


def _search(asked: dict[str, str]) -> Search:
    after, before = _window(asked.get("when", ""))
    page = request.args.get("page", "")
    return Search(
        text=asked.get("q", ""),
        topic=asked.get("topic", ""),
        after=after,
        before=before,
        highest_price=int(asked["price"]) * 10 ** exponent(settings().currency) if "price" in asked else None,
        sort=asked.get("sort", SORTS[0]),
        page=min(int(page), LAST_PAGE) if page.isascii() and page.isdigit() and len(page) < 5 else 0,
        viewer_id=person.id if (person := viewer()) else None,
    )


def _window(name: str) -> tuple[datetime | None, datetime | None]:
    """From when until when, by the viewer's clock; after three at night "tonight" is the coming one."""
    if not name:
        return None, None
    local = now().astimezone(ZoneInfo(viewer_zone()))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if name == "today":
        return None, midnight + timedelta(days=1)
    if local.hour < NIGHT_ENDS:
        return None, midnight.replace(hour=NIGHT_ENDS)
    return midnight.replace(hour=TONIGHT_BEGINS), midnight + timedelta(days=1, hours=NIGHT_ENDS)
