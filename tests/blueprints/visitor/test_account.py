"""The way in: sign-up, sign-in, sign-out, verify, reset; and everything somebody may type into them."""

import pytest
from sqlalchemy import func, select

from app.accounts import tokens
from app.accounts.models import User
from app.extensions import db
from tests import factories
from tests.blueprints.reading import by_id, fault_of, popup_of, text_of

GOOD = {"name": "Ada Moss", "email": "ada@example.com", "password": "four quiet geese", "wants_to_learn": "y"}


def people() -> int:
    """How many accounts there are."""
    return db.session.scalar(select(func.count()).select_from(User))


@pytest.mark.parametrize(
    ("hats", "home"),
    [
        ({"wants_to_learn": "y"}, "learner"),
        ({"wants_to_teach": "y"}, "mentor"),
        ({"wants_to_learn": "y", "wants_to_teach": "y"}, "learner"),
    ],
)
def test_who_signs_up_is_let_in_and_lands_on_the_dashboard_of_their_hat(client, hats, home):
    data = {key: value for key, value in GOOD.items() if not key.startswith("wants")} | hats
    answer = client.post("/sign-up", data=data)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/dashboard/{home}/"
    assert client.get(f"/dashboard/{home}/").status_code == 200


def test_the_page_says_where_mail_goes_while_there_is_no_server(client):
    page = client.post("/sign-up", data=GOOD, follow_redirects=True).get_data(as_text=True)
    assert "instance/mail/" in page


@pytest.mark.parametrize(
    ("changes", "label", "fault"),
    [
        ({"name": ""}, "Name", "Please tell us your name."),
        ({"name": "   "}, "Name", "Please tell us your name."),
        ({"name": "\u200b\u202e"}, "Name", "Please tell us your name."),
        ({"name": "..."}, "Name", "Use some letters."),
        ({"name": "x" * 81}, "Name", "Use at most 80 characters."),
        ({"email": ""}, "Email", "Please write your email address."),
        ({"email": "ada"}, "Email", "Please write an email address, like mira@example.com."),
        ({"email": "ada@example.com\r\nBcc: all@example.com"}, "Email", "Please write an email address, like mira@example.com."),
        ({"email": "<script>@example.com"}, "Email", "Please write an email address, like mira@example.com."),
        ({"email": "a@" + "b" * 260 + ".com"}, "Email", "This is too long for an address."),
        ({"password": ""}, "Password", "Please write a password."),
        ({"password": "seven77"}, "Password", "Use at least 8 characters."),
        ({"password": "x" * 201}, "Password", "Use at most 200 characters."),
        ({"password": "password123"}, "Password", "Too many people use this password. Choose another one."),
        ({"password": "ada@example.com"}, "Password", "This is too close to your own name. Choose another one."),
        ({"wants_to_learn": ""}, "I want to learn", "Choose at least one: learn, teach, or both."),
    ],
)
def test_a_sign_up_with_a_fault_says_so_at_the_field_and_stores_nothing(client, changes, label, fault):
    answer = client.post("/sign-up", data=GOOD | changes)
    assert answer.status_code == 422
    assert fault_of(answer, label) == fault
    assert people() == 0


def test_a_form_with_gaps_pops_up_and_keeps_what_was_typed(client):
    answer = client.post("/sign-up", data={"name": "Ada Moss"})
    assert popup_of(answer) == "Complete all fields"
    assert by_id(answer, "name").attributes["value"] == "Ada Moss"


def test_a_password_never_comes_back_in_a_page(client):
    answer = client.post("/sign-up", data=GOOD | {"name": ""})
    assert GOOD["password"] not in answer.get_data(as_text=True)


def test_an_address_that_is_taken_is_not_told_to_strangers_in_other_words(client):
    factories.person("Ada Moss")
    taken = db.session.scalar(select(User.email))
    answer = client.post("/sign-up", data=GOOD | {"email": taken.upper(), "password": "other birds fly"})
    assert answer.status_code == 422
    assert people() == 1


def test_signing_in_and_out(client, learner):
    factories.signed_in(client, learner)
    assert client.get("/dashboard/learner/").status_code == 200
    out = client.post("/sign-out")
    assert out.status_code == 303
    assert out.headers["Location"] == "/"
    assert client.get("/dashboard/learner/").status_code == 302


@pytest.mark.parametrize("password", ["wrong geese here", "", "x" * 5000, "' OR '1'='1", "four quiet geese\x00"])
def test_a_wrong_password_and_an_unknown_address_read_the_same(client, learner, password):
    known, unknown = (
        client.post("/sign-in", data={"email": email, "password": password}) for email in (learner.email, "nobody@example.com")
    )
    assert known.status_code == unknown.status_code == 422
    assert text_of(known).replace(learner.email, "") == text_of(unknown).replace("nobody@example.com", "")


def test_signing_out_is_never_a_link(client):
    assert client.get("/sign-out").status_code == 405


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/ok\r\nSet-Cookie: a=b", "\\\\evil.example",
        "/" + "x" * 900,
    ],
)  # fmt: skip
def test_nobody_is_sent_off_this_site_after_signing_in(client, learner, elsewhere):
    answer = client.post("/sign-in", data={"email": learner.email, "password": factories.PASSWORD, "next": elsewhere})
    assert answer.headers["Location"] == "/dashboard/learner/"


def test_a_guarded_page_is_reached_after_signing_in(client, learner):
    away = client.get("/dashboard/learner/payments")
    assert away.status_code == 302
    form = client.get(away.headers["Location"])
    wanted = by_id(form, "next").attributes["value"]
    answer = client.post("/sign-in", data={"email": learner.email, "password": factories.PASSWORD, "next": wanted})
    assert answer.headers["Location"] == "/dashboard/learner/payments"


def test_who_is_signed_in_skips_the_form(client, learner):
    factories.signed_in(client, learner)
    assert client.get("/sign-in").headers["Location"] == "/dashboard/learner/"
    assert client.get("/sign-up?next=/explore").headers["Location"] == "/explore"


def test_too_many_tries_on_one_account_are_slowed_down(client, learner):
    codes = [client.post("/sign-in", data={"email": learner.email, "password": "wrong geese"}).status_code for _ in range(12)]
    assert codes[0] == 422
    assert codes[-1] == 429


def test_a_verification_link_works_and_does_no_harm_twice(client, learner):
    token = tokens.link_token(tokens.VERIFY, learner)
    for _ in range(2):
        assert "Your email address is confirmed." in text_of(client.get(f"/verify/{token}"))
    assert db.session.get(User, learner.id).is_verified


@pytest.mark.parametrize("token", ["x", "a.b.c", "%00", "x" * 2000, "WzEsMl0.aaaa.bbbb"])
def test_a_forged_link_is_told_kindly(client, learner, token):
    for path in (f"/verify/{token}", f"/reset/{token}"):
        answer = client.get(path)
        assert answer.status_code == 410
        assert "This link no longer works" in text_of(answer)


def test_a_reset_reads_the_same_whether_the_account_exists_or_not(client, learner):
    known, unknown = (client.post("/reset", data={"email": email}) for email in (learner.email, "nobody@example.com"))
    assert known.status_code == unknown.status_code == 200
    assert text_of(known).replace(learner.email, "X") == text_of(unknown).replace("nobody@example.com", "X")


def test_a_reset_link_sets_a_new_password_once_and_closes_every_sign_in(client, app, learner):
    other = factories.signed_in(app.test_client(), learner)
    token = tokens.link_token(tokens.RESET, learner)
    assert client.get(f"/reset/{token}").status_code == 200
    weak = client.post(f"/reset/{token}", data={"password": "short"})
    assert fault_of(weak, "New password") == "Use at least 8 characters."
    done = client.post(f"/reset/{token}", data={"password": "five loud swans"})
    assert done.headers["Location"] == "/sign-in"
    assert client.get(f"/reset/{token}").status_code == 410
    assert other.get("/dashboard/learner/").status_code == 302
    back = client.post("/sign-in", data={"email": db.session.get(User, learner.id).email, "password": "five loud swans"})
    assert back.status_code == 303


def test_a_fragment_that_needs_a_sign_in_is_sent_there(client):
    answer = client.get("/dashboard/learner/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/sign-in")
