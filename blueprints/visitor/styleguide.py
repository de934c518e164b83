"""Every component in every state, for those who build PeerLearn; in development only."""

from dataclasses import replace
from datetime import timedelta

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, PasswordField, SelectField, StringField, TextAreaField

from app.config import settings
from app.kernel.clock import now
from app.web.cards import BookingCard, LessonCard, PersonChip, Step
from app.web.forms import AppForm
from blueprints.visitor.blueprint import visitor


class SampleForm(AppForm):
    """A field of each kind."""

    class Meta(FlaskForm.Meta):
        """Nothing is ever sent."""

        csrf = False

    title = StringField("Title", default="Master Algebra in 1 Hour")
    email = StringField("Email", default="mira at example")
    description = TextAreaField("Description", default="Bring paper and two questions you could not solve.")
    duration = SelectField("Duration", choices=[("30", "30 min"), ("60", "60 min")])
    password = PasswordField("Password")
    topics = StringField("Topics covered", default="Quadratic Equations, Polynomials")
    thumbnail = FileField("Thumbnail")
    wants_to_learn = BooleanField("I want to learn", default=True)
    wants_to_teach = BooleanField("I want to teach")


@visitor.get("/styleguide")
def styleguide() -> ResponseReturnValue:
    """404 in production."""
    if settings().is_production:
        abort(404)
    if request.args.get("part") == "dialog":
        return render_template("visitor/styleguide/dialog.html")
    form = SampleForm()
    form.email.errors = ["Please write an email address, like mira@example.com."]
    return render_template("visitor/styleguide.html", form=form, cards=_lessons(), bookings=_bookings())


def _person(number: int, name: str, rating: float | None, count: int) -> PersonChip:
    initials = "".join(word[0] for word in name.split()[:2])
    return PersonChip(
        number, name, url_for("visitor.styleguide"), None, initials, number % 6, rating, count, "Mathematician who cooks"
    )


def _lesson(number: int, title: str, topics: tuple[str, ...], mentor: PersonChip, **changes: object) -> LessonCard:
    here = url_for("visitor.styleguide")
    slug = topics[0].lower().replace(" ", "-")
    card = LessonCard(
        id=number,
        title=title,
        description="What you will be able to do afterwards, in two sentences. Bring a notebook.",
        url=here,
        details_url=here,
        mentor=mentor,
        starts_at=now() + timedelta(minutes=42),
        when="Today 18:30",
        zone="IST",
        relative="in 42 min",
        duration="45 min",
        price="$18",
        topics=topics,
        art_url=url_for("visitor.art", seed=f"{slug}-{number}"),
        seats=None,
        book_url=here,
        state_note=None,
        is_live=False,
    )
    return replace(card, **changes)  # type: ignore[arg-type]


def _lessons() -> list[LessonCard]:
    mira, long_name = _person(1, "Mira Holm", 4.9, 31), _person(3, "Wilhelmina Aleksandrowicz-Featherstonehaugh", None, 0)
    return [
        _lesson(1, "Master Algebra in 1 Hour", ("Algebra", "Polynomials", "Sets"), mira),
        _lesson(2, "Knots and braids", ("Guitar",), _person(2, "Lev Park", 4.2, 5), is_live=True, seats="2 of 3 seats left"),
        _lesson(
            3,
            "Donaudampfschifffahrtsgesellschaftskapitän werden, Schritt für Schritt erklärt",
            ("Waves",),
            long_name,
            price="₹1,200",
        ),
        _lesson(
            4,
            "تعلّم كتابة الخط العربي للمبتدئين من الصفر حتى الاحتراف",
            ("Calligraphy",),
            mira,
            state_note="Fully booked",
            book_url=None,
        ),
    ]


def _bookings() -> list[BookingCard]:
    lesson = _lessons()[0]
    labels = ("Held", "Accepted", "Taught", "Released")

    def steps(done: int) -> tuple[Step, ...]:
        return tuple(Step(label, "done" if at < done else "now" if at == done else "next") for at, label in enumerate(labels))

    first = BookingCard(
        id=1,
        url=url_for("visitor.styleguide"),
        card=lesson,
        other=_person(2, "Lev Park", 4.2, 5),
        status="confirmed",
        status_text="Confirmed",
        price_text="$18 for you",
        join_url=url_for("visitor.styleguide"),
        opens_at=now(),
        opens_text="Opens today 18:15",
        decide_by_text=None,
        timeline=steps(2),
        retry_url=None,
        other_time="Today 14:00 CET",
        decides_at=None,
        missing_text="",
        outcome="",
        cancel_url=None,
        cancel_text="",
        here="Lev",
    )
    waiting = replace(
        first,
        id=2,
        status="requested",
        status_text="Waiting for an answer",
        join_url=None,
        here="",
        decide_by_text="Answer in 3 h",
        timeline=steps(1),
    )
    declined = replace(
        first,
        id=3,
        status="declined",
        status_text="Declined, money back",
        join_url=None,
        timeline=(Step("Held", "done"), Step("Declined", "done"), Step("Money back", "now")),
    )
    return [first, waiting, declined]
