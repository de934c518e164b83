"""Sign up, sign in, forget, change: accounts that stay their owners'."""

from datetime import timedelta

import pytest

from app.accounts import passwords, service, sessions, tokens
from app.accounts.events import PasswordResetRequested, SignedUp, SignInsClosed, SignUpRepeated
from app.accounts.models import Hat, SignIn, User
from app.accounts.service import ProfileDraft, SettingsDraft, SignUpDraft
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotAllowed
from tests import factories

pytestmark = pytest.mark.database


def draft(**change) -> SignUpDraft:
    values = {
        "name": "Ada Lin",
        "email": "Ada@Example.com ",
        "password": factories.PASSWORD,
        "wants_to_learn": True,
        "wants_to_teach": False,
    }
    return SignUpDraft(**{**values, **change})


def test_an_account_begins_unverified_with_one_spelling_of_its_address(heard) -> None:
    user = service.sign_up(draft())
    assert user.email == "ada@example.com"
    assert not user.is_verified
    assert user.hat is Hat.LEARNER
    assert heard.of(SignedUp) == [SignedUp(user.id)]


def test_who_only_teaches_wears_the_mentor_s_hat(app) -> None:
    assert service.sign_up(draft(wants_to_learn=False, wants_to_teach=True)).hat is Hat.MENTOR


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": "password"}, "password"),
        ({"password": "qwertyuiop"}, "password"),
        ({"password": "ada lin 1"}, "password"),
        ({"password": "x" * 201}, "password"),
        ({"password": "ada@example.com"}, "password"),
        ({"wants_to_learn": False}, "wants_to_learn"),
    ],
)
def test_what_cannot_become_an_account_says_which_field(app, change, field) -> None:
    with pytest.raises(Invalid) as caught:
        service.sign_up(draft(**change))
    assert field in caught.value.fields
    assert db.session.query(User).count() == 0


def test_a_taken_address_tells_the_asker_little_and_the_owner_all(heard) -> None:
    owner = service.sign_up(draft())
    with pytest.raises(Invalid) as caught:
        service.sign_up(draft(password="another long password"))
    assert "could not make an account" in caught.value.fields["email"]
    assert heard.of(SignUpRepeated) == [SignUpRepeated(owner.id)]


def test_an_owner_who_signs_up_again_with_the_right_password_simply_comes_in(app) -> None:
    owner = service.sign_up(draft())
    assert service.sign_up(draft()).id == owner.id


def test_the_password_is_stored_as_argon2id_and_rehashed_when_the_cost_changes(app) -> None:
    user = service.sign_up(draft())
    assert user.password_hash.startswith("$argon2id$")
    user.password_hash = passwords.COSTS["standard"].hash(factories.PASSWORD)
    db.session.commit()
    assert sessions.authenticate("ADA@example.com", factories.PASSWORD).id == user.id
    assert not passwords.needs_rehash(user.password_hash)


@pytest.mark.parametrize(
    ("email", "password"), [("ada@example.com", "wrong password"), ("nobody@example.com", factories.PASSWORD), ("", "")]
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_sentence(app, email, password) -> None:
    service.sign_up(draft())
    with pytest.raises(Invalid, match="do not fit together"):
        sessions.authenticate(email, password)


def test_a_sign_in_lives_until_it_is_closed_or_too_old(app) -> None:
    user = service.sign_up(draft())
    token = sessions.open_sign_in(user, address="203.0.113.9", browser="Browser")
    assert sessions.find_sign_in(token).user_id == user.id
    assert token not in {row.token_hash for row in db.session.query(SignIn)}
    with clock.stopped(now() + sessions.IDLE + timedelta(seconds=1)):
        assert sessions.find_sign_in(token) is None
    sessions.close_sign_in(token)
    assert sessions.find_sign_in(token) is None


def test_a_closed_account_is_out_at_once(app) -> None:
    user = service.sign_up(draft())
    token = sessions.open_sign_in(user, address="", browser="")
    user.disabled_at = now()
    db.session.commit()
    assert sessions.find_sign_in(token) is None
    with pytest.raises(Invalid):
        sessions.authenticate(user.email, factories.PASSWORD)


def test_a_verification_link_works_and_only_for_its_address(app) -> None:
    user = service.sign_up(draft())
    token = tokens.link_token(tokens.VERIFY, user)
    user.email = "new@example.com"
    db.session.commit()
    assert service.verify_email(token) is None
    assert service.verify_email(tokens.link_token(tokens.VERIFY, user)).is_verified


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\x00", "x" * 5000])
def test_a_forged_link_opens_nothing(app, token) -> None:
    assert service.verify_email(token) is None


def test_a_link_for_one_purpose_is_not_good_for_another(app) -> None:
    user = service.sign_up(draft())
    with pytest.raises(Invalid):
        service.reset_password(tokens.link_token(tokens.VERIFY, user), "a long new password")


def test_a_reset_works_once_and_signs_out_everywhere(heard) -> None:
    user = service.sign_up(draft())
    cookie = sessions.open_sign_in(user, address="", browser="")
    token = tokens.link_token(tokens.RESET, user)
    service.reset_password(token, "a long new password")
    assert sessions.find_sign_in(cookie) is None
    assert heard.of(SignInsClosed)
    assert sessions.authenticate(user.email, "a long new password").id == user.id
    with pytest.raises(Invalid, match="used or is too old"):
        service.reset_password(token, "yet another password")


def test_asking_to_reset_tells_nobody_whether_there_is_an_account(heard) -> None:
    service.sign_up(draft())
    assert service.request_reset("nobody@example.com") is None
    assert not heard.of(PasswordResetRequested)
    assert service.request_reset("ada@example.com ") is None
    assert len(heard.of(PasswordResetRequested)) == 1


def test_hats_change_only_to_what_somebody_has(app) -> None:
    user = service.sign_up(draft())
    with pytest.raises(NotAllowed):
        service.switch_hat(user, Hat.MENTOR)
    service.update_settings(user, SettingsDraft("Asia/Kolkata", "dark", False, True, True))
    assert service.switch_hat(user, Hat.MENTOR).hat is Hat.MENTOR
    service.update_settings(user, SettingsDraft("Asia/Kolkata", "dark", False, True, False))
    assert user.hat is Hat.LEARNER


@pytest.mark.parametrize(
    "bad",
    [
        SettingsDraft("Mars/Olympus", "dark", True, True, True),
        SettingsDraft("UTC", "neon", True, True, True),
        SettingsDraft("UTC", "dark", True, False, False),
    ],
)
def test_settings_that_make_no_sense_are_refused(app, bad) -> None:
    user = service.sign_up(draft())
    with pytest.raises(Invalid):
        service.update_settings(user, bad)


def test_a_profile_keeps_its_photo_unless_a_new_one_comes(app) -> None:
    user = service.sign_up(draft())
    service.update_profile(user, ProfileDraft("Ada L.", "Knots", "I tie.", "key.webp"))
    service.update_profile(user, ProfileDraft("Ada L.", "Knots", "I tie knots."))
    assert (user.photo, user.bio) == ("key.webp", "I tie knots.")
