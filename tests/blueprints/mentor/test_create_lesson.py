"""Create Session: what is typed becomes a session; what is wrong is said beside its field, and nothing typed is lost."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from app.extensions import db
from app.kernel.clock import now
from app.lessons.models import Lesson
from tests import factories
from tests.blueprints.reading import articles, by_id, control, fault_of, popup_of, read, text_of

FORM, SUBMIT = "/dashboard/mentor/sessions/new", "/dashboard/mentor/sessions"
RTL, ZERO_WIDTH = "\u202e", "\u200b"


@pytest.fixture
def at_form(client, mentor):
    """Mira's browser."""
    return factories.signed_in(client, mentor)


def typed(**changes) -> dict:
    """A form filled in well, with changes."""
    starts = (now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    good = {
        "title": "Knots for sailors", "description": "You will tie a bowline behind your back.", "starts_at": starts,
        "duration_minutes": "45", "price": "18.50", "capacity": "2", "topics": "Knots, Braids",
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def picture(kind: str = "PNG", size: tuple[int, int] = (640, 480)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#BE94F5").save(out, kind)
    return out.getvalue()


def stored() -> list[Lesson]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(Lesson)))


def test_the_form_has_the_names_that_are_fixed_for_ever(at_form):
    page = at_form.get(FORM)
    kinds = {
        "Title": "input", "Description": "textarea", "Date and time": "input", "Duration": "select", "Price": "input",
        "Topics covered": "input", "Thumbnail": "input", "Seats": "select",
    }
    assert {label: control(page, label).tag for label in kinds} == kinds
    assert control(page, "Date and time").attributes["type"] == "datetime-local"
    assert control(page, "Thumbnail").attributes["type"] == "file"
    assert "Submit" in read(page).buttons


def test_the_form_helps_with_the_words_of_the_plan(at_form):
    said = text_of(at_form.get(FORM))
    assert "Include key benefits" in said
    assert "List specific topics like ‘Quadratic Equations’" in said
    assert "$5 to $50" in said


def test_submit_publishes_and_the_home_page_brings_the_popup_once(at_form):
    answer = at_form.post(SUBMIT, data=typed())
    assert (answer.status_code, answer.location) == (303, "/dashboard/mentor/")
    [lesson] = stored()
    assert (lesson.title, str(lesson.price), lesson.capacity, lesson.duration_minutes) == ("Knots for sailors", "$18.50", 2, 45)
    assert [topic.name for topic in lesson.topics] == ["Knots", "Braids"]
    promotion = f"/dashboard/mentor/sessions/{lesson.id}/promotion"
    assert promotion in at_form.get(answer.location).get_data(as_text=True).split("<div class=\"with-aside\">")[0]
    assert promotion not in at_form.get(answer.location).get_data(as_text=True).split("<div class=\"with-aside\">")[0]
    said = text_of(at_form.get(promotion))
    assert "Session live! Promote it!" in said
    assert "Copy link" in said
    assert "Share" in said


def test_times_are_typed_in_the_mentors_own_zone(client):
    mentor = factories.person("Mira Holm", learns=False, teaches=True, timezone="Asia/Kolkata")
    day = (now() + timedelta(days=3)).strftime("%Y-%m-%d")
    page = factories.signed_in(client, mentor).get(FORM)
    assert "Asia/Kolkata" in text_of(page)
    client.post(SUBMIT, data=typed(starts_at=f"{day}T18:30"))
    [lesson] = stored()
    assert lesson.starts_at.strftime("%Y-%m-%d %H:%M") == f"{day} 13:00"


def test_without_topics_the_popup_asks_for_topics(at_form):
    answer = at_form.post(SUBMIT, data=typed(topics=""))
    assert answer.status_code == 422
    assert popup_of(answer) == "Please add topics"
    assert fault_of(answer, "Topics covered") == "Please add topics"
    assert stored() == []


@pytest.mark.parametrize("missing", ["title", "description", "starts_at", "price"])
def test_with_a_field_missing_the_popup_asks_to_complete(at_form, missing):
    answer = at_form.post(SUBMIT, data=typed(**{missing: ""}))
    assert answer.status_code == 422
    assert popup_of(answer) == "Complete all fields"
    assert stored() == []


def test_an_empty_form_marks_everything_that_is_missing(at_form):
    answer = at_form.post(SUBMIT, data={})
    assert popup_of(answer) == "Complete all fields"
    for label in ("Title", "Description", "Date and time", "Price", "Topics covered"):
        assert fault_of(answer, label), label
        assert control(answer, label).attributes["aria-invalid"] == "true", label


def test_what_was_typed_is_kept_when_it_comes_back(at_form):
    answer = at_form.post(SUBMIT, data=typed(price=""))
    assert control(answer, "Title").attributes["value"] == "Knots for sailors"
    assert control(answer, "Description").text == "You will tie a bowline behind your back."
    assert control(answer, "Topics covered").attributes["value"] == "Knots, Braids"
    assert "selected" in next(o for o in control(answer, "Duration").all() if o.attributes["value"] == "45").attributes


BAD = [
    ("Title", {"title": "x" * 81}, "Use 4 to 80 characters."),
    ("Title", {"title": "abc"}, "Use 4 to 80 characters."),
    ("Title", {"title": "   "}, "Give your session a title."),
    ("Title", {"title": ZERO_WIDTH * 9}, "Give your session a title."),
    ("Title", {"title": "!!!!!!"}, "Use some letters."),
    ("Description", {"description": "y" * 4001}, "Use 10 to 4,000 characters."),
    ("Description", {"description": "short"}, "Use 10 to 4,000 characters."),
    ("Date and time", {"starts_at": "tomorrow"}, "Choose a date and a time."),
    ("Date and time", {"starts_at": "2026-13-45T99:99"}, "Choose a date and a time."),
    ("Date and time", {"starts_at": "0001-01-01T00:00"}, "Choose a time within the next year."),
    ("Date and time", {"starts_at": "9999-12-31T23:59"}, "Choose a time within the next year."),
    ("Date and time", {"starts_at": "2020-01-01T10:00"}, "Choose a time within the next year."),
    ("Duration", {"duration_minutes": "37"}, "Choose a length from the list."),
    ("Duration", {"duration_minutes": "sixty"}, "Choose a length from the list."),
    ("Duration", {"duration_minutes": None}, "Choose a length from the list."),
    ("Duration", {"duration_minutes": "9" * 30}, "Choose a length from the list."),
    ("Price", {"price": "-5"}, "Write an amount such as 18 or 18.50."),
    ("Price", {"price": "1e3"}, "Write an amount such as 18 or 18.50."),
    ("Price", {"price": "18,50"}, "Write an amount such as 18 or 18.50."),
    ("Price", {"price": "١٨"}, "Write an amount such as 18 or 18.50."),
    ("Price", {"price": "1.234"}, "Write an amount such as 18 or 18.50."),
    ("Price", {"price": "0"}, "Choose Free if you mean it."),
    ("Price", {"price": "1001"}, "Choose a price up to $1,000."),
    ("Price", {"price": "9" * 40}, "Write an amount such as 18 or 18.50."),
    ("Seats", {"capacity": "4"}, "Choose a number from the list."),
    ("Seats", {"capacity": "0"}, "Choose a number from the list."),
    ("Seats", {"capacity": "two"}, "Choose a number from the list."),
    ("Topics covered", {"topics": " , ,; "}, "Please add topics"),
    ("Topics covered", {"topics": "!!!, ???"}, "Please add topics"),
    ("Topics covered", {"topics": "z" * 601}, "Use fewer or shorter topics."),
]


@pytest.mark.parametrize(("label", "changes", "fault"), BAD)
def test_each_bad_value_is_named_at_its_field_and_nothing_is_stored(at_form, label, changes, fault):
    answer = at_form.post(SUBMIT, data=typed(**changes))
    assert answer.status_code == 422
    assert fault_of(answer, label) == fault
    assert stored() == []


def test_a_time_that_has_just_passed_is_refused(at_form):
    answer = at_form.post(SUBMIT, data=typed(starts_at=(now() - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M")))
    assert fault_of(answer, "Date and time") == "This time has passed. Choose a later one."


HOSTILE = [
    "<script>alert(1)</script> knots",
    "\"><img src=x onerror=alert(1)> knots",
    "'; DROP TABLE lessons; --",
    "../../../../etc/passwd knots",
    "{{ 7 * 7 }} {% raw %} knots",
    f"Knots{RTL} and braids",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(at_form, text):
    answer = at_form.post(SUBMIT, data=typed(title=text, description=f"{text} and more of it", topics=text))
    assert answer.status_code == 303
    page = at_form.get(answer.location).get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert RTL not in page
    assert len(stored()) == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_only_as_text(at_form, text):
    page = at_form.post(SUBMIT, data=typed(title=text, topics=text, price="")).get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_a_picture_is_encoded_anew(at_form):
    at_form.post(SUBMIT, data=typed(thumbnail=(io.BytesIO(picture("JPEG")), "../../evil.php")))
    [lesson] = stored()
    answer = at_form.get(f"/media/{lesson.thumbnail}")
    assert answer.status_code == 200
    with Image.open(io.BytesIO(answer.get_data())) as shown:
        assert (shown.format, shown.size) == ("WEBP", (1280, 720))


def test_a_picture_is_kept_while_the_rest_is_mended(at_form):
    back = at_form.post(SUBMIT, data=typed(price="", thumbnail=(io.BytesIO(picture()), "mine.png")))
    key = by_id(back, "thumbnail_key").attributes["value"]
    assert key
    at_form.post(SUBMIT, data=typed(thumbnail_key=key))
    assert stored()[0].thumbnail == key


@pytest.mark.parametrize("key", ["../../../etc/passwd", "nothing.webp", "A" * 22 + ".webp", "<script>", "x" * 5000])
def test_a_made_up_picture_key_counts_as_no_picture(at_form, key):
    at_form.post(SUBMIT, data=typed(thumbnail_key=key))
    assert stored()[0].thumbnail is None


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PICTURES = [
    ("an SVG", SVG, "drawing.svg"),
    ("an SVG that says it is a PNG", SVG, "drawing.png"),
    ("half a PNG", picture()[: len(picture()) // 2], "half.png"),
    ("a page", b"<html><script>alert(1)</script></html>", "page.jpg"),
    ("a picture of 8 pixels", picture(size=(8, 8)), "dot.png"),
    ("an empty file", b"", "empty.png"),
    ("more than 10 MB", picture() + b"0" * (10 * 1024 * 1024), "large.png"),
]


@pytest.mark.parametrize(("raw", "name"), [one[1:] for one in PICTURES], ids=[one[0] for one in PICTURES])
def test_what_is_no_picture_is_refused_at_its_field(at_form, raw, name):
    answer = at_form.post(SUBMIT, data=typed(thumbnail=(io.BytesIO(raw), name)))
    assert answer.status_code == 422
    assert fault_of(answer, "Thumbnail")
    assert stored() == []


def test_a_post_of_thirteen_megabytes_does_not_get_in(at_form):
    answer = at_form.post(SUBMIT, data=typed(thumbnail=(io.BytesIO(b"0" * (13 * 1024 * 1024)), "huge.png")))
    assert answer.status_code == 413
    assert stored() == []


def test_a_clash_with_the_own_calendar_is_named_at_the_time(at_form, mentor):
    other = factories.lesson(mentor, starts_in=timedelta(days=2), title="Sailing theory")
    answer = at_form.post(SUBMIT, data=typed(starts_at=other.starts_at.strftime("%Y-%m-%dT%H:%M")))
    assert answer.status_code == 409
    assert "You have “Sailing theory” then" in fault_of(answer, "Date and time")
    assert len(stored()) == 1


def test_the_preview_is_the_card_to_be_with_a_price_scaled_to_the_length(at_form, mentor):
    data = typed(title="Rope work", topics="Knots", duration_minutes="30", price="12")
    answer = at_form.post("/dashboard/mentor/sessions/preview", data=data, headers={"HX-Request": "true"})
    said = text_of(answer)
    assert "Rope work" in said
    assert "$12" in said
    assert "Most sessions of 30 min cost $2 to $25." in said
    assert "You are free then." in said
    assert stored() == []


def test_the_preview_says_when_the_calendar_is_taken(at_form, mentor):
    other = factories.lesson(mentor, starts_in=timedelta(days=2), title="Sailing theory")
    data = typed(starts_at=other.starts_at.strftime("%Y-%m-%dT%H:%M"))
    assert "You have “Sailing theory” then" in text_of(at_form.post("/dashboard/mentor/sessions/preview", data=data))


@pytest.mark.parametrize("changes", [changes for _, changes, _ in BAD])
def test_the_preview_bears_every_half_typed_form(at_form, changes):
    assert at_form.post("/dashboard/mentor/sessions/preview", data=typed(**changes)).status_code == 200


def test_topics_are_suggested_while_typing(at_form, mentor):
    factories.lesson(mentor, topics=("Quadratic equations",))
    assert "Quadratic equations" in at_form.get("/dashboard/mentor/topics?topics-typed=quad").get_data(as_text=True)
    assert at_form.get("/dashboard/mentor/topics?topics-typed=" + "%27%3B--" * 50).status_code == 200


def test_somebody_elses_session_cannot_be_promoted_as_ones_own(client, lesson):
    stranger = factories.signed_in(client, factories.mentor("Ola Berg"))
    assert stranger.get(f"/dashboard/mentor/sessions/{lesson.id}/promotion").status_code == 404


@pytest.mark.parametrize("path", [SUBMIT, "/dashboard/mentor/sessions/preview"])
def test_a_learner_cannot_publish(client, learner, path):
    assert factories.signed_in(client, learner).post(path, data=typed()).status_code == 403
    assert stored() == []


def test_ones_own_sessions_stand_in_one_list(at_form, mentor, learner):
    ahead = factories.lesson(mentor)
    taught = factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(hours=3)))
    names = [one.name for one in articles(at_form.get("/dashboard/mentor/sessions"))]
    assert ahead.title in names
    assert taught.lesson.title in names
