"""How to pay: a saved method, or one of the provider's kinds with its details."""

from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import Length

from app.accounts.models import User
from app.config import settings
from app.payments.methods import Choice, saved_methods
from app.payments.models import SavedMethod
from app.payments.providers.base import Kind
from app.payments.providers.registry import provider
from app.web.forms import AppForm, tidy

SAVED = "saved:"
NAMES = {Kind.BANK: "Bank", Kind.UPI: "UPI", Kind.CARD: "Card"}
FIELDS = {Kind.UPI: ("upi_id",), Kind.BANK: ("account_number", "ifsc"), Kind.CARD: ("card_number",)}
LONGEST = 100
TOO_LONG = f"Use at most {LONGEST} characters."


class CheckoutForm(AppForm):
    """The dialog behind Book."""

    method = RadioField("Payment method", validate_choice=False)
    upi_id = StringField("UPI ID", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    account_number = StringField("Account number", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    ifsc = StringField("IFSC", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    card_number = StringField("Card number", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    keep = BooleanField("Save for next time")

    saved: list[SavedMethod]

    @classmethod
    def for_payer(cls, payer: User) -> "CheckoutForm":
        """What was sent, with this payer's choices."""
        form = cls()
        form._offer(payer)
        return form

    @classmethod
    def fresh(cls, payer: User) -> "CheckoutForm":
        """Nothing typed yet: the last method chosen; while rehearsing, working test values."""
        form = cls(formdata=None)
        form._offer(payer)
        form.method.data = form.method.choices[0][0]
        form.fill_test_values()
        return form

    def _offer(self, payer: User) -> None:
        self.saved = list(saved_methods(payer))
        kinds = [capability.kind for capability in provider().capabilities(settings().currency)]
        own = [(f"{SAVED}{method.id}", method.label) for method in self.saved]
        self.method.choices = own + [(kind.value, NAMES[kind]) for kind in kinds]

    def fill_test_values(self) -> None:
        """Rehearsal only: empty fields get values that work."""
        for capability in provider().capabilities(settings().currency):
            for name, value in capability.test_values:
                self[name].data = self[name].data or value

    def suggest_another(self, kind: str) -> None:
        """Choose a kind other than the one that was refused."""
        others = [value for value, _ in self.method.choices if value != kind and not value.startswith(SAVED)]
        self.method.data = others[0] if others else self.method.data

    @property
    def chosen_saved(self) -> SavedMethod | None:
        """The saved method that is chosen, if one is."""
        return next((method for method in self.saved if f"{SAVED}{method.id}" == self.method.data), None)

    def choice(self) -> Choice:
        """What the use case takes. A saved id that is not theirs goes on as it is: the use case refuses it."""
        picked = self.method.data or ""
        if picked.startswith(SAVED):
            number = picked.removeprefix(SAVED)
            return Choice(saved_id=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0)
        wanted = FIELDS.get(Kind(picked), ()) if picked in set(Kind) else ()
        return Choice(kind=picked, details={name: self[name].data or "" for name in wanted}, keep=bool(self.keep.data))
