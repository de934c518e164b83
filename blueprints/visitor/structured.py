"""What search engines read: schema.org facts as JSON that is safe inside a script element."""

import json
from typing import Any

from flask import url_for
from markupsafe import Markup

from app.accounts.models import User
from app.config import settings
from app.lessons.models import Lesson
from app.web.cards import LessonCard, PersonChip


def absolute(path: str) -> str:
    """A path of this site as a full address."""
    return settings().base_url + path


def lesson_facts(lesson: Lesson, card: LessonCard) -> Markup:
    """An Event with its Offer."""
    open_seat = card.state_note is None
    return _script(
        {
            "@context": "https://schema.org",
            "@type": "EducationEvent",
            "name": lesson.title,
            "description": lesson.description,
            "startDate": lesson.starts_at.isoformat(),
            "endDate": lesson.ends_at.isoformat(),
            "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
            "eventStatus": "https://schema.org/EventScheduled",
            "location": {"@type": "VirtualLocation", "url": absolute(card.url)},
            "organizer": {"@type": "Person", "name": card.mentor.name, "url": absolute(card.mentor.url)},
            "about": list(card.topics),
            "offers": {
                "@type": "Offer",
                "price": lesson.price.plain(),
                "priceCurrency": lesson.currency,
                "availability": f"https://schema.org/{'InStock' if open_seat else 'SoldOut'}",
                "url": absolute(card.url),
            },
        }
    )


def mentor_facts(mentor: User, chip: PersonChip) -> Markup:
    """A Person, with their rating once there is one."""
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Person",
        "name": mentor.name,
        "url": absolute(url_for("visitor.mentor", mentor_id=mentor.id)),
    }
    if mentor.headline:
        facts["jobTitle"] = mentor.headline
    if mentor.bio:
        facts["description"] = mentor.bio
    if chip.photo_url:
        facts["image"] = absolute(chip.photo_url)
    return _script(facts)


def _script(facts: dict[str, Any]) -> Markup:
    """JSON in which nothing can end the script element or start a comment."""
    text = json.dumps(facts, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 (nothing in it can end the script)
