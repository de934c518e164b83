"""The visitor's forms."""

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, PasswordField, StringField
from wtforms.validators import Length, ValidationError

from app.accounts.passwords import LONGEST
from app.accounts.service import SignUpDraft
from app.web.forms import AppForm, Required, has_letters, tidy


def is_address(form: FlaskForm, field: Field) -> None:
    """An address mail can be sent to; checked by its form, never by asking the network."""
    if not field.data:
        return
    try:
        validate_email(field.data, check_deliverability=False)
    except EmailNotValidError as error:
        raise ValidationError("Please write an email address, like mira@example.com.") from error


def email_field() -> StringField:
    """An email address."""
    rules = [Required("Please write your email address."), Length(max=254, message="This is too long for an address."), is_address]
    return StringField("Email", rules, filters=[tidy])


def password_field(label: str = "Password") -> PasswordField:
    """A password; any characters, never trimmed."""
    rules = [Required("Please write a password."), Length(max=LONGEST, message=f"Use at most {LONGEST} characters.")]
    return PasswordField(label, rules)


class SignUpForm(AppForm):
    """Who joins, and for what."""

    name = StringField(
        "Name",
        [Required("Please tell us your name."), Length(max=80, message="Use at most 80 characters."), has_letters],
        filters=[tidy],
    )
    email = email_field()
    password = password_field()
    wants_to_learn = BooleanField("I want to learn")
    wants_to_teach = BooleanField("I want to teach")
    next = HiddenField()

    def validate_wants_to_learn(self, field: Field) -> None:
        """At least one of the two."""
        if not (field.data or self.wants_to_teach.data):
            raise ValidationError("Choose at least one: learn, teach, or both.")

    def draft(self, timezone: str) -> SignUpDraft:
        """What the accounts domain wants to know."""
        return SignUpDraft(
            name=self.name.data or "",
            email=self.email.data or "",
            password=self.password.data or "",
            wants_to_learn=bool(self.wants_to_learn.data),
            wants_to_teach=bool(self.wants_to_teach.data),
            timezone=timezone,
        )


class SignInForm(AppForm):
    """Address and password."""

    email = email_field()
    password = password_field()
    next = HiddenField()


class ResetForm(AppForm):
    """Which account forgot its password."""

    email = email_field()


class NewPasswordForm(AppForm):
    """The new one."""

    password = password_field("New password")
