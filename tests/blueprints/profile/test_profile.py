"""One's own account: profile, settings, hats, saved ways to pay, notices."""

import html
import io
import re
from datetime import timedelta

import pytest
from PIL import Image

from app.accounts.models import Hat, User
from app.audit.models import AuditEntry
from app.audit.tags import AuditTag
from app.bookings import service as bookings
from app.extensions import db
from app.notifications import queries as notices
from app.payments.methods import keep_method, saved_methods
from app.payments.providers.base import Instrument, Kind
from tests import factories
from tests.blueprints.mentor.test_create_lesson import HOSTILE, PICTURES, picture
from tests.blueprints.reading import articles, by_id, control, fault_of, read, text_of

HTMX = {"HX-Request": "true"}
SETTINGS = {"timezone": "Asia/Kolkata", "theme": "dark", "sound_on": "y", "is_learner": "y"}


@pytest.fixture
def lev(client, learner):
    """Lev's browser."""
    return factories.signed_in(client, learner)


def stored(person: User) -> User:
    db.session.expire_all()
    return db.session.get_one(User, person.id)


def test_what_is_saved_is_what_others_see(lev, learner):
    answer = lev.post("/profile/", data={"name": "Lev  Park", "headline": "Learning knots", "bio": "One.\nTwo."})
    assert (answer.status_code, answer.location) == (303, "/profile/")
    person = stored(learner)
    assert (person.name, person.headline, person.bio) == ("Lev Park", "Learning knots", "One.\nTwo.")
    page = lev.get(answer.location)
    assert "Saved" in page.get_data(as_text=True)
    assert control(page, "Name").attributes["value"] == "Lev Park"


def test_somebody_under_18_says_so_with_one_switch_and_no_date(lev, learner):
    page = lev.get("/profile/?tab=settings")
    for words in (
        "Sessions with you are not recorded from now on.",
        "What was recorded before you can delete on the session's page.",
        "In a session for two, the other person can tell from it.",
    ):
        assert words in html.unescape(page.text)
    assert "Start recording when we are all there" not in page.text, "that is for mentors"
    assert "checked" not in by_id(page, "is_minor").attributes
    lev.post("/profile/settings", data={**SETTINGS, "is_minor": "y"})
    assert stored(learner).is_minor
    assert "checked" in by_id(lev.get("/profile/?tab=settings"), "is_minor").attributes
    lev.post("/profile/settings", data=SETTINGS)
    assert not stored(learner).is_minor
    lev.post("/profile/settings", data=SETTINGS)
    said = db.session.query(AuditEntry).filter_by(tag=AuditTag.AGE_DECLARED).order_by(AuditEntry.id).all()
    assert [(one.actor_id, one.details) for one in said] == [(learner.id, {"is_minor": True}), (learner.id, {"is_minor": False})]


def test_a_mentor_has_every_session_recorded_with_one_switch(client, mentor):
    mira = factories.signed_in(client, mentor)
    teaches = {**SETTINGS, "is_mentor": "y"}
    assert "checked" not in by_id(mira.get("/profile/?tab=settings"), "records_at_once").attributes
    mira.post("/profile/settings", data={**teaches, "records_at_once": "y"})
    assert stored(mentor).records_at_once
    mira.post("/profile/settings", data=teaches)
    assert not stored(mentor).records_at_once


BAD_PROFILE = [
    ("Name", {"name": ""}, "Tell people your name."),
    ("Name", {"name": "   "}, "Tell people your name."),
    ("Name", {"name": "\u200b\u200b"}, "Tell people your name."),
    ("Name", {"name": "!!!"}, "Use some letters."),
    ("Name", {"name": "n" * 81}, "Use at most 80 characters."),
    ("Name", {}, "Tell people your name."),
    ("Headline", {"name": "Lev", "headline": "h" * 121}, "Use at most 120 characters."),
    ("Bio", {"name": "Lev", "bio": "b" * 4001}, "Use at most 4,000 characters."),
]


@pytest.mark.parametrize(("label", "data", "fault"), BAD_PROFILE)
def test_a_bad_profile_is_named_at_its_field_and_nothing_changes(lev, learner, label, data, fault):
    answer = lev.post("/profile/", data=data)
    assert answer.status_code == 422
    assert fault_of(answer, label) == fault
    assert stored(learner).name == "Lev Park"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(lev, text):
    lev.post("/profile/", data={"name": text[:80], "headline": text, "bio": text})
    page = lev.get("/profile/").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_a_photo_is_cut_square_and_written_anew(lev, learner):
    lev.post("/profile/", data={"name": "Lev Park", "photo": (io.BytesIO(picture("JPEG")), "me.jpg")})
    answer = lev.get(f"/media/{stored(learner).photo}")
    with Image.open(io.BytesIO(answer.get_data())) as shown:
        assert (shown.format, shown.size) == ("WEBP", (512, 512))


@pytest.mark.parametrize(("raw", "name"), [one[1:] for one in PICTURES], ids=[one[0] for one in PICTURES])
def test_what_is_no_picture_is_refused_at_its_field(lev, learner, raw, name):
    answer = lev.post("/profile/", data={"name": "Lev Park", "photo": (io.BytesIO(raw), name)})
    assert answer.status_code == 422
    assert fault_of(answer, "Photo")
    assert stored(learner).photo is None


def test_settings_are_kept_and_followed_at_once(lev, learner):
    answer = lev.post("/profile/settings", data={**SETTINGS, "is_mentor": "y"})
    assert answer.location == "/profile/?tab=settings"
    person = stored(learner)
    assert (person.timezone, person.theme, person.sound_on, person.is_learner, person.is_mentor) == ("Asia/Kolkata", "dark", True, True, True)
    assert 'data-theme="dark"' in lev.get("/profile/?tab=settings").get_data(as_text=True)


BAD_SETTINGS = [
    ({"timezone": "Mars/Olympus"}, "Choose a time zone from the list."),
    ({"timezone": ""}, "Choose a time zone from the list."),
    ({"timezone": "../../etc/passwd"}, "Choose a time zone from the list."),
    ({"timezone": "U" * 5000}, "Choose a time zone from the list."),
    ({"theme": "neon"}, "Choose a theme from the list."),
    ({"theme": "<script>"}, "Choose a theme from the list."),
    ({"is_learner": None}, "Choose at least one: learn, teach, or both."),
]


@pytest.mark.parametrize(("changes", "fault"), BAD_SETTINGS)
def test_bad_settings_change_nothing(lev, learner, changes, fault):
    data = {name: value for name, value in {**SETTINGS, **changes}.items() if value is not None}
    answer = lev.post("/profile/settings", data=data)
    assert answer.status_code == 422
    assert fault in text_of(answer)
    assert (stored(learner).timezone, stored(learner).theme) == ("UTC", "system")


def test_nothing_at_all_is_refused(lev, learner):
    assert lev.post("/profile/settings", data={}).status_code == 422
    assert stored(learner).is_learner


def test_a_hat_can_be_changed_by_whoever_has_both(client):
    both = factories.person("Kim Vega", learns=True, teaches=True)
    kim = factories.signed_in(client, both)
    assert kim.post("/profile/hat", data={"hat": "mentor"}).location == "/dashboard/mentor/"
    assert stored(both).hat is Hat.MENTOR
    assert kim.post("/profile/hat", data={"hat": "anything"}).location == "/dashboard/learner/"


def test_a_hat_somebody_does_not_have_cannot_be_put_on(lev, learner):
    assert lev.post("/profile/hat", data={"hat": "mentor"}).status_code == 403
    assert stored(learner).hat is Hat.LEARNER


def test_a_saved_method_is_listed_by_its_last_characters_and_can_be_forgotten(lev, learner):
    kept = keep_method(learner, Instrument(Kind.CARD, "4242424242424242", "Card •••• 4242"))
    page = lev.get("/profile/?tab=settings")
    assert "Card •••• 4242" in text_of(page)
    assert "4242424242424242" not in page.get_data(as_text=True)
    assert "Forget Card •••• 4242" in read(page).buttons
    answer = lev.post(f"/profile/methods/{kept.id}/removal", headers=HTMX)
    assert "Card" not in text_of(answer)
    assert saved_methods(learner) == []


@pytest.mark.parametrize("number", [0, 999_999])
def test_a_method_that_never_was_is_not_found(lev, number):
    assert lev.post(f"/profile/methods/{number}/removal").status_code == 404


def test_somebody_elses_method_cannot_be_forgotten(lev):
    ana = factories.learner("Ana Sol")
    theirs = keep_method(ana, Instrument(Kind.UPI, "success@upi", "UPI su••@upi"))
    assert lev.post(f"/profile/methods/{theirs.id}/removal").status_code == 404
    assert len(saved_methods(ana)) == 1


def test_past_sessions_stand_with_both_and_can_be_rated(client, mentor, learner):
    done = factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(hours=3)))
    for person in (mentor, learner):
        [card] = articles(factories.signed_in(client, person).get("/profile/?tab=past"))
        assert card.name == done.lesson.title
        assert "Rate" in card.links
        client.post("/sign-out")


def test_a_new_booking_pops_up_with_its_sound_once(client, mentor, learner, lesson):
    mira = factories.signed_in(client, mentor)
    factories.request(learner, lesson)
    [line] = [node for node in read(mira.get("/notices/fresh?after=0")).all() if node.tag == "li"]
    assert line.attributes["data-sound"] == "booking"
    assert "New booking!" in line.text
    number = line.attributes["data-notice-id"]
    assert text_of(mira.get(f"/notices/fresh?after={number}")) == ""


@pytest.mark.parametrize("after", ["", "x", "-5", "1e9", "9" * 40, "'; --", "\u0665"])
def test_a_strange_number_harms_nobody(lev, after):
    assert lev.get("/notices/fresh", query_string={"after": after}).status_code == 200


def test_confirmed_is_heard_by_the_learner_alone(client, mentor, learner, lesson):
    bookings.accept_booking(mentor, factories.request(learner, lesson).id)
    lev = factories.signed_in(client, learner)
    assert re.search(r'data-sound="confirmed"', lev.get("/notices/fresh?after=0").get_data(as_text=True))
    client.post("/sign-out")
    ana = factories.signed_in(client, factories.learner("Ana Sol"))
    assert text_of(ana.get("/notices/fresh?after=0")) == ""


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_bell_counts_and_reading_makes_it_quiet(client, mentor, learner, lesson, headers):
    factories.request(learner, lesson)
    mira = factories.signed_in(client, mentor)
    assert "Notifications, 1 new" in mira.get("/notices/bell").get_data(as_text=True)
    assert "New booking!" in text_of(mira.get("/notices", headers=headers))
    assert "Notifications, 1 new" in mira.get("/notices/bell").get_data(as_text=True)  # a GET changes nothing
    answer = mira.post("/notices/read", data={"up_to": notices.latest(mentor)[0].id})
    assert answer.status_code == 204
    assert "nudge:notices" in answer.headers["HX-Trigger"]
    assert "Notifications, 1 new" not in mira.get("/notices/bell").get_data(as_text=True)
    assert notices.latest(mentor)[0].read_at is not None


def test_what_came_after_the_list_was_drawn_stays_new(client, mentor, learner, lesson):
    factories.request(learner, lesson)
    shown = notices.latest(mentor)[0].id
    factories.request(factories.learner("Ana Sol"), factories.lesson(mentor, starts_in=timedelta(days=3)))
    mira = factories.signed_in(client, mentor)
    mira.post("/notices/read", data={"up_to": shown})
    assert "Notifications, 1 new" in mira.get("/notices/bell").get_data(as_text=True)


@pytest.mark.parametrize("up_to", ["", "x", "-5", "9" * 40, "'; --"])
def test_a_strange_number_of_what_was_read_harms_nobody(lev, up_to):
    assert lev.post("/notices/read", data={"up_to": up_to}).status_code == 204


@pytest.mark.parametrize("path", ["/profile/", "/profile/?tab=settings", "/profile/?tab=past", "/profile/methods", "/notices", "/notices/bell", "/notices/fresh"])
def test_a_visitor_is_sent_to_sign_in(client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


@pytest.mark.parametrize("path", ["/profile/", "/profile/settings", "/profile/hat", "/profile/methods/1/removal"])
def test_without_a_token_nothing_changes(app, client, learner, path):
    lev = factories.signed_in(client, learner)
    app.config["WTF_CSRF_ENABLED"] = True
    assert lev.post(path, data={"name": "Somebody else", **SETTINGS}).status_code == 400
    assert stored(learner).name == "Lev Park"
