"""Forms: WTForms ends at the blueprint's edge and hands over a draft the domain owns."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, Field, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from app.kernel.errors import Invalid

COMPLETE = "Complete all fields"
"""The plan's words for a form with something missing."""

INVISIBLE = {"Cf", "Cc", "Co", "Cs", "Cn"}
JOINERS = "\u200c\u200d"
"""Zero-width joiners are letters' business in Persian, Hindi and emoji; every other invisible character is a trick."""


class AppForm(FlaskForm):
    """What all forms share."""

    def faults(self) -> dict[str, str]:
        """The first fault of each field."""
        return {name: str(errors[0]) for name, errors in self.errors.items() if name and errors}

    def accept(self, error: Invalid) -> None:
        """Put a use case's faults on the fields they belong to, so that the form shows them where they are."""
        for name, text in error.fields.items():
            if name in self._fields:
                self._fields[name].errors = [*self._fields[name].errors, text]
        if not any(name in self._fields for name in error.fields):
            self.form_errors.append(error.message)

    @property
    def is_incomplete(self) -> bool:
        """Whether something required was left empty."""
        return any(
            field.errors and not field.data and any(isinstance(v, Required) for v in field.validators)
            for field in self._fields.values()
        )


class Required(DataRequired):
    """Must be filled in; says so in the field's own words."""


def tidy(text: Any) -> Any:
    """One line of plain text: no control or invisible characters, single spaces, composed letters."""
    return " ".join(visible(text).split()) if isinstance(text, str) else text


def visible(text: Any) -> Any:
    """Text with its lines, without control characters, direction overrides or zero-width tricks."""
    if not isinstance(text, str):
        return text
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(c for c in composed if c in "\n" + JOINERS or unicodedata.category(c) not in INVISIBLE)


def line_field(label: str, *, longest: int, missing: str = "", shortest: int = 0, **extra: Any) -> StringField:
    """A one-line text field; `missing` is what to say when it is empty (empty: it may be)."""
    return StringField(label, _rules(longest, missing, shortest), filters=[tidy], **extra)


def text_field(label: str, *, longest: int, missing: str = "", shortest: int = 0, **extra: Any) -> TextAreaField:
    """A field of several lines."""
    return TextAreaField(label, _rules(longest, missing, shortest), filters=[visible, _strip], **extra)


def has_letters(form: FlaskForm, field: Field) -> None:
    """Refuse text of nothing but signs and spaces."""
    if field.data and not any(character.isalnum() for character in field.data):
        raise ValidationError("Use some letters.")


class PickField(SelectField):
    """One of a list of (value, text); anything else, or nothing at all, is answered with `says`.

    With `may_lack` a form that does not send it means its default: a choice few people make.
    """

    def __init__(self, label: str, options: Sequence[tuple[Any, str]], says: str, *, may_lack: bool = False, **extra: Any) -> None:
        choices = [SelectChoice(value, text) for value, text in options]
        super().__init__(label, coerce=type(options[0][0]), choices=choices, validate_choice=False, **extra)
        self.says, self.may_lack = says, may_lack

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was sent, or None when it cannot be read."""
        try:
            otherwise = self.default if self.may_lack else None
            self.data = self.coerce(valuelist[0]) if valuelist else otherwise
        except ValueError:
            self.data = None

    def pre_validate(self, form: FlaskForm) -> None:
        """It must be on the list."""
        if self.data not in [choice.value for choice in self.choices]:
            raise ValidationError(self.says)


class MomentField(DateTimeLocalField):
    """A wall-clock time without a zone, as datetime-local sends it."""

    def __init__(self, label: str, validators: list[Any], **extra: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **extra)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it, or say in people's words that it is none."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Choose a date and a time.") from None


def _rules(longest: int, missing: str, shortest: int) -> list[Any]:
    rules: list[Any] = [Required(missing), has_letters] if missing else []
    text = f"Use {shortest} to {longest:,} characters." if shortest else f"Use at most {longest:,} characters."
    return [*rules, Length(min=shortest if missing else -1, max=longest, message=text)]


def _strip(text: Any) -> Any:
    return text.strip() if isinstance(text, str) else text
