"""The dialog behind Gift: an amount (one of a few, or typed), a word, named or private, and how to pay."""

from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.validators import Length

from app.accounts.models import User
from app.gifts.limits import LONGEST_NOTE, limits
from app.gifts.models import Gift
from app.gifts.service import GiftDraft
from app.kernel.ids import new_public_id
from app.web.forms import line_field, tidy
from blueprints.learner.checkout_form import LONGEST, TOO_LONG, CheckoutForm

USUAL = 1
"""Which of the offered amounts is chosen at first: with a saved method a gift is two taps."""


class GiftForm(CheckoutForm):
    """Gift. A typed amount counts before a chosen one."""

    preset = RadioField("How much?", validate_choice=False)
    amount = StringField("Amount", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    note = line_field("A word with it", longest=LONGEST_NOTE)
    is_private = BooleanField("Keep my name to myself")
    ticket = HiddenField()
    tries = HiddenField(default="0")

    def _offer(self, payer: User, *more: Any) -> None:
        super()._offer(payer, *more)
        self.preset.choices = [(amount.plain(), str(amount)) for amount in limits().presets]

    def begin(self, wanted: str = "") -> "GiftForm":
        """A new gift: nothing typed, the amount wanted if it is offered, else the usual one."""
        self.ticket.data, self.tries.data = new_public_id(), "0"
        offered = [value for value, _ in self.preset.choices]
        usual = offered[min(USUAL, len(offered) - 1)] if offered else None
        self.preset.data = wanted if wanted in offered else usual
        return self

    def go_on(self, gift: Gift) -> "GiftForm":
        """The same gift once more, after a decline: its amount is fixed."""
        self.ticket.data = gift.key.partition("-")[2]
        self.tries.data = str(len(gift.payment.attempts) if gift.payment else 0)
        self.note.data, self.is_private.data = gift.note, gift.is_private
        self.amount.data = gift.amount.plain()
        return self

    def draft(self) -> GiftDraft:
        """What the use case takes."""
        tries = self.tries.data or ""
        return GiftDraft(
            amount=(self.amount.data or "") or self.preset.data or "",
            note=self.note.data or "",
            is_private=bool(self.is_private.data),
            ticket=(self.ticket.data or "")[:40],
            tries=int(tries) if tries.isascii() and tries.isdigit() and len(tries) < 4 else 0,
        )
