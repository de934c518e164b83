"""The availability page: the week, the rules, days that differ, being away, offers; wrong input comes back as it was typed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.bookings.proposals import open_proposal_of
from app.extensions import db
from app.kernel import clock
from app.lessons import appointment_offers as offers
from app.lessons import availability
from app.lessons.appointment_offer_models import Offer
from app.lessons.availability_models import Deviation
from tests import factories
from tests.blueprints.reading import control, read, text_of

PAGE = "/dashboard/mentor/availability"
HTMX = {"HX-Request": "true"}
NOW = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
WEEK = {"timezone": "Europe/Berlin", "from-0": "09:00", "until-0": "12:00", "do": "save"}
OFFER = {
    "title": "An hour of knots",
    "description": "Bring a rope of two metres.",
    "duration_minutes": "60",
    "price": "18",
    "topics": "Knots",
}


@pytest.fixture(autouse=True)
def monday():
    with clock.stopped(NOW):
        yield


@pytest.fixture
def mira(client, mentor):
    """Mira's browser."""
    return factories.signed_in(client, mentor)


def test_a_week_begins_with_a_proposal_and_is_saved_in_its_zone(mira, mentor) -> None:
    page = mira.get(PAGE)
    assert "Not saved yet" in text_of(page)
    assert control(page, "Monday from").attributes["value"] == "09:00"
    assert mira.post(f"{PAGE}/week", data={**WEEK, "from-4": ["13:00", "20:00"], "until-4": ["17:00", "00:00"]}).status_code == 303
    found = availability.plan_of(mentor.id)
    assert (found.timezone, found.weekly) == ("Europe/Berlin", {0: ((540, 720),), 4: ((780, 1020), (1200, 1440))})
    page = mira.get(PAGE)
    assert "Not saved yet" not in text_of(page)
    assert control(page, "Friday until").attributes["value"] == "17:00"


def test_rows_come_and_go_and_are_copied_without_being_saved(mira, mentor) -> None:
    def after(what: str) -> list[str]:
        answer = mira.post(f"{PAGE}/week", data={**WEEK, "do": what}, headers=HTMX)
        assert answer.status_code == 200
        return [
            node.attributes.get("aria-label", "")
            for node in read(answer).all()
            if node.tag == "input" and "from" in node.attributes.get("aria-label", "")
        ]

    assert after("add-0") == ["Monday from"] * 2
    assert after("add-6") == ["Monday from", "Sunday from"]
    assert after("remove-0-0") == []
    assert len(after("copy-0")) == 7
    for nonsense in ("add-9", "remove-0", "remove-0-99", "add", "copy-x", "add--1", "drop-0", ""):
        assert after(nonsense) == ["Monday from"], nonsense
    assert availability.plan_of(mentor.id) is None


@pytest.mark.parametrize(
    ("begins", "ends", "says"),
    [
        (["12:00"], ["09:00"], "ends before it begins"),
        (["09:00", "10:00"], ["11:00", "12:00"], "overlap"),
        (["24:00"], ["24:00"], "Write times such as 09:30."),
        (["noon"], ["later"], "Write times such as 09:30."),
        (["09:00"], [""], "Write times such as 09:30."),
        (["09:00"], ["25:61"], "Write times such as 09:30."),
    ],
)
def test_wrong_hours_come_back_as_typed_with_the_fault_beside_the_day(mira, mentor, begins, ends, says) -> None:
    answer = mira.post(f"{PAGE}/week", data={**WEEK, "from-0": begins, "until-0": ends})
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert control(answer, "Monday from").attributes["value"] == begins[0][:8]
    assert availability.plan_of(mentor.id) is None


def test_a_zone_nobody_knows_is_refused(mira) -> None:
    assert mira.post(f"{PAGE}/week", data={**WEEK, "timezone": "Mars/Olympus"}).status_code == 422


def test_rules_are_saved_and_nonsense_is_not(mira, mentor) -> None:
    good = {"notice": "240", "horizon": "30", "buffer_before": "10", "buffer_after": "0", "daily_limit": "3", "step": "60"}
    assert mira.post(f"{PAGE}/rules", data=good).status_code == 303
    mira.post(f"{PAGE}/week", data=WEEK)
    found = availability.plan_of(mentor.id)
    assert (found.notice, found.horizon, found.buffer_before, found.daily_limit, found.step) == (240, 30, 10, 3, 60)
    assert any(
        node.attributes.get("value") == "3" and "selected" in node.attributes
        for node in control(mira.get(PAGE), "Sessions a day").all()
    )
    for wrong in ({"notice": "-1"}, {"step": "0"}, {"horizon": "many"}, {"daily_limit": "99"}, {"buffer_after": ""}):
        assert mira.post(f"{PAGE}/rules", data={**good, **wrong}).status_code == 422, wrong


def test_other_hours_travel_and_away_change_the_plan_until_they_are_removed(mira, mentor) -> None:
    mira.post(f"{PAGE}/week", data=WEEK)
    days = {"first_day": "2026-03-23", "last_day": "2026-03-24"}
    assert mira.post(f"{PAGE}/days/hours", data={**days, "begins": "14:00", "until": "00:00"}).status_code == 303
    assert mira.post(f"{PAGE}/days/travel", data={**days, "timezone": "Asia/Kolkata"}).status_code == 303
    assert (
        mira.post(
            f"{PAGE}/days/away", data={"first_day": "2026-03-30", "last_day": "2026-03-30", "message": "Sailing."}
        ).status_code
        == 303
    )
    found = availability.plan_of(mentor.id)
    assert found.ranges_on(date(2026, 3, 23)) == ((840, 1440),)
    assert found.zone_on(date(2026, 3, 24)) == "Asia/Kolkata"
    assert found.absence_on(date(2026, 3, 30)).message == "Sailing."
    assert "Sailing." in text_of(mira.get(PAGE))
    for one in db.session.scalars(select(Deviation)).all():
        assert mira.post(f"{PAGE}/days/{one.id}/removal").status_code == 303
    assert availability.plan_of(mentor.id).ranges_on(date(2026, 3, 23)) == ((540, 720),)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("away", {"first_day": "2026-03-24", "last_day": "2026-03-23"}),
        ("away", {"first_day": "", "last_day": ""}),
        ("away", {"first_day": "soon", "last_day": "9999-99-99"}),
        ("away", {"first_day": "2020-01-01", "last_day": "2020-01-02"}),
        ("away", {"first_day": "2026-03-24", "last_day": "2066-03-24"}),
        ("away", {"first_day": "2026-03-24", "last_day": "2026-03-24", "message": "x" * 281}),
        ("hours", {"first_day": "2026-03-24", "last_day": "2026-03-24", "begins": "12:00", "until": "09:00"}),
        ("hours", {"first_day": "2026-03-24", "last_day": "2026-03-24", "begins": "12:00", "until": ""}),
        ("hours", {"first_day": "2026-03-24", "last_day": "2026-03-24", "begins": "24:00", "until": "24:00"}),
        ("travel", {"first_day": "2026-03-24", "last_day": "2026-03-24", "timezone": "Mars/Olympus"}),
    ],
)
def test_days_that_make_no_sense_come_back(mira, kind, data) -> None:
    assert mira.post(f"{PAGE}/days/{kind}", data=data).status_code == 422
    assert not db.session.scalars(select(Deviation)).all()


def test_who_is_away_sees_what_is_booked_then_and_cancels_it_all_in_one_go(mira, mentor, learner) -> None:
    mira.post(f"{PAGE}/week", data=WEEK)
    booked = factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(days=5), title="Ropes for all"))
    factories.lesson(mentor, starts_in=timedelta(days=5, hours=3), title="Still open")
    factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(days=9), title="Much later"))
    mira.post(f"{PAGE}/days/away", data={"first_day": "2026-03-21", "last_day": "2026-03-21"})
    page = mira.get(PAGE)
    assert "2 sessions in this time" in text_of(page)
    assert "Ropes for all" in text_of(page)
    assert "Still open" in text_of(page)
    assert "Much later" not in text_of(page)
    assert any(node.attributes.get("href") == f"/bookings/{booked.id}" for node in read(page).all())
    agreed = [node.attributes["value"] for node in read(page).all() if node.attributes.get("name") == "booking"]
    assert len(agreed) == 1
    assert mira.post(f"{PAGE}/away/cancellations", data={"booking": [*agreed, "999:1", "x", ""]}).status_code == 303
    left = [node for node in read(mira.get(PAGE)).all() if node.attributes.get("name") == "booking"]
    assert not left, "nothing is left to cancel; the two sessions are open and nobody has booked them"
    assert booked.state.value == "canceled"


def test_who_is_away_proposes_to_all_the_first_time_after_it_that_suits_both(mira, mentor, learner) -> None:
    mira.post(f"{PAGE}/week", data=WEEK)
    first = factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(days=5, hours=1)))
    second = factories.confirmed(factories.learner("Sam Roe"), factories.lesson(mentor, starts_in=timedelta(days=6, hours=1)))
    factories.lesson(mentor, starts_in=timedelta(days=26, hours=1), title="Knots at home")
    mira.post(f"{PAGE}/days/away", data={"first_day": "2026-03-20", "last_day": "2026-04-10"})
    numbers = [node.attributes["value"] for node in read(mira.get(PAGE)).all() if node.attributes.get("name") == "move"]
    assert sorted(numbers) == sorted([str(first.id), str(second.id)])
    answer = mira.post(f"{PAGE}/away/proposals", data={"move": [*numbers, "999", "x"]}, follow_redirects=True)
    said = [node.attributes.get("data-text") for node in read(answer).all() if node.tag == "say-once"]
    assert said[0] == "2 learners are asked about another time."
    days = {open_proposal_of(booking.id).starts_at.date() for booking in (first, second)}
    assert days == {date(2026, 4, 12), date(2026, 4, 13)}, "not while they are away or teach, and not the same for both"
    for booking in (first, second):
        assert booking.lesson.starts_at.date() < date(2026, 3, 23), "the old time stays until the learner agrees"
    page = mira.get(PAGE)
    assert "you proposed Sun 12 Apr" in text_of(page)
    assert not [node for node in read(page).all() if node.attributes.get("name") == "move"], "nobody is asked twice"


def test_the_preview_reads_another_clock_and_warns_of_changes(mira, mentor) -> None:
    mira.post(f"{PAGE}/week", data={**WEEK, "timezone": "Asia/Kolkata"})
    seen = text_of(mira.get(f"{PAGE}/preview?zone=Europe/London", headers=HTMX))
    assert "Mon 23 Mar · GMT" in seen
    assert "03:30" in seen
    assert "Clocks change in Europe/London on Sun 29 Mar: from then on your hours are 1 h later on their clock." in seen
    assert mira.get(f"{PAGE}/preview?zone=../../etc", headers=HTMX).status_code == 200


def test_an_offer_is_made_changed_paused_and_opened_again(mira, mentor) -> None:
    assert mira.post("/dashboard/mentor/appointments", data={**OFFER, "price": "-1"}).status_code == 422
    assert mira.post("/dashboard/mentor/appointments", data={}).status_code == 422
    assert mira.post("/dashboard/mentor/appointments", data=OFFER).status_code == 303
    offer = db.session.scalars(select(Offer)).one()
    edit = mira.get(f"/dashboard/mentor/appointments/{offer.id}/edit")
    assert control(edit, "Title").attributes["value"] == "An hour of knots"
    assert mira.post(f"/dashboard/mentor/appointments/{offer.id}", data={**OFFER, "price": "25", "is_instant": "y"}).status_code == 303
    assert mira.post(f"/dashboard/mentor/appointments/{offer.id}/pause", data={"paused": "1"}).status_code == 303
    db.session.expire_all()
    assert (offer.price_minor, offer.is_instant, offer.state.value) == (2500, True, "paused")
    assert "Paused" in text_of(mira.get(PAGE))
    assert "Paused" in text_of(mira.get(f"/offers/{offer.id}"))
    mira.post(f"/dashboard/mentor/appointments/{offer.id}/pause", data={"paused": "0"})
    assert len(offers.offers_of(mentor.id, only_open=True)) == 1


def test_other_mentors_and_learners_find_nothing_of_it(client, mentor, learner) -> None:
    offer = factories.offer(mentor)
    away = availability.add_deviation(
        mentor, availability.DeviationDraft(availability.DeviationKind.AWAY, date(2026, 3, 20), date(2026, 3, 20))
    )
    ada = factories.signed_in(client, factories.mentor("Ada Ng"))
    for path in (f"appointments/{offer.id}", f"appointments/{offer.id}/pause", f"availability/days/{away.id}/removal"):
        assert ada.post(f"/dashboard/mentor/{path}", data=OFFER).status_code == 404, path
    assert ada.get(f"/dashboard/mentor/appointments/{offer.id}/edit").status_code == 404
    offers.pause_offer(mentor, offer.id, paused=True)
    assert ada.get(f"/offers/{offer.id}").status_code == 404
    client.post("/sign-out")
    assert factories.signed_in(client, learner).get(PAGE).status_code == 403
