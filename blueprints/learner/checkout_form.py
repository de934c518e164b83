"""How to pay: a saved method, or one of the provider's kinds with its details."""

from datetime import UTC, datetime, timedelta

from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.validators import Length

from app.accounts.models import User
from app.bookings.service import Terms
from app.config import settings
from app.payments.methods import Choice, offered_kinds, saved_methods
from app.payments.models import SavedMethod
from app.payments.providers.base import Capability, Kind
from app.web.forms import AppForm, line_field, tidy

SAVED = "saved:"
NAMES = {Kind.BANK: "Bank", Kind.UPI: "UPI", Kind.CARD: "Card"}
LONGEST, LONGEST_NOTE = 100, 200
TOO_LONG = f"Use at most {LONGEST} characters."


class CheckoutForm(AppForm):
    """The dialog behind Book."""

    method = RadioField("Payment method", validate_choice=False)
    upi_id = StringField("UPI ID", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    account_name = StringField("Account holder", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    account_number = StringField(
        "Account number", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy], render_kw={"inputmode": "numeric"}
    )
    ifsc = StringField("IFSC", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    card_number = StringField("Card number", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    code = StringField("Code", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    agreed = HiddenField()
    keep = BooleanField("Save for next time")
    note = line_field("Anything your mentor should know?", longest=LONGEST_NOTE)
    seen = HiddenField()

    saved: list[SavedMethod]
    offered: list[Capability]
    news = ""
    """What is new since the dialog was opened, and no fault: a price after a code."""

    @classmethod
    def for_payer(cls, payer: User, time_left: timedelta | None = None) -> "CheckoutForm":
        """What was sent, with this payer's choices."""
        form = cls()
        form._offer(payer, time_left)
        return form

    @classmethod
    def fresh(cls, payer: User, time_left: timedelta | None = None) -> "CheckoutForm":
        """Nothing typed yet: the last method chosen; while rehearsing, working test values."""
        form = cls(formdata=None)
        form._offer(payer, time_left)
        form.method.data = form.method.choices[0][0] if form.method.choices else None
        form.fill_test_values()
        return form

    def _offer(self, payer: User, time_left: timedelta | None) -> None:
        """Only what is quick enough; details only where the provider does not ask for them on a page of its own."""
        self.offered = offered_kinds(time_left)
        kinds = [capability.kind for capability in self.offered]
        self.saved = [method for method in saved_methods(payer) if method.kind in kinds]
        own = [(f"{SAVED}{method.id}", method.label) for method in self.saved]
        self.method.choices = own + [(kind.value, NAMES[kind]) for kind in kinds]
        if self.is_by_hand and settings().currency != "INR":
            self.account_number.label.text, self.ifsc.label.text = "Account number or IBAN", "Bank code"
            self.account_number.render_kw = {"inputmode": "text"}

    @property
    def is_by_hand(self) -> bool:
        """Whether the payer sends the money themselves, after Confirm."""
        return settings().is_by_hand

    def fill_test_values(self) -> None:
        """Rehearsal only: empty fields get values that work."""
        for capability in self.offered:
            for name, value in capability.test_values:
                self[name].data = self[name].data or value

    def suggest_another(self, kind: str) -> None:
        """Choose a kind other than the one that was refused."""
        others = [value for value, _ in self.method.choices if value != kind and not value.startswith(SAVED)]
        self.method.data = others[0] if others else self.method.data

    def fields_of(self, kind: str) -> tuple[str, ...]:
        """Names of the details of a kind that are typed here."""
        return next((capability.fields for capability in self.offered if capability.kind == kind), ())

    @property
    def chosen_saved(self) -> SavedMethod | None:
        """The saved method that is chosen, if one is."""
        return next((method for method in self.saved if f"{SAVED}{method.id}" == self.method.data), None)

    @property
    def agreed_minor(self) -> int | None:
        """The price that was shown, in minor units; None when none was sent."""
        text = self.agreed.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None

    @property
    def said(self) -> str:
        """What the mentor should know; empty when nothing."""
        return self.note.data or ""

    @property
    def seen_start(self) -> datetime | None:
        """The start this dialog showed, so that nobody books a time they have not seen; None when it cannot be read."""
        try:
            return datetime.strptime(self.seen.data or "", "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError:
            return None

    def terms(self) -> Terms:
        """What was shown and said beside the choice, as the use cases take it."""
        return {"code": self.code.data or "", "agreed_minor": self.agreed_minor, "note": self.said, "meant_for": self.seen_start}

    def choice(self) -> Choice:
        """What the use case takes. A saved id that is not theirs goes on as it is: the use case refuses it."""
        picked = self.method.data or ""
        if picked.startswith(SAVED):
            number = picked.removeprefix(SAVED)
            return Choice(saved_id=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0)
        wanted = self.fields_of(picked)
        return Choice(kind=picked, details={name: self[name].data or "" for name in wanted}, keep=bool(self.keep.data))
