"""Forms: WTForms ends at the blueprint's edge and hands over a draft the domain owns."""

import unicodedata
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, StringField, TextAreaField
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


def _rules(longest: int, missing: str, shortest: int) -> list[Any]:
    rules: list[Any] = [Required(missing), has_letters] if missing else []
    text = f"Use {shortest} to {longest:,} characters." if shortest else f"Use at most {longest:,} characters."
    return [*rules, Length(min=shortest if missing else -1, max=longest, message=text)]


def _strip(text: Any) -> Any:
    return text.strip() if isinstance(text, str) else text
