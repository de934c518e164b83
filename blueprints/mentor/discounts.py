"""Codes and first sessions: what a mentor takes off their prices, at their own cost."""

from dataclasses import dataclass

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, RadioField, StringField
from wtforms.validators import Length

from app.bookings.pricing import uses_of
from app.config import settings
from app.gifts.limits import SCALE
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.kernel.money import Money, exponent, share
from app.lessons import discounts
from app.lessons.discount_models import Coupon
from app.lessons.discounts import CouponDraft
from app.web.filters import when
from app.web.forms import AppForm, PickField, tidy
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from blueprints.mentor.blueprint import mentor

WHOLE = "Write a whole number."
TRIALS = [(0, "The usual price"), *((percent, f"{percent} % off") for percent in discounts.TRIALS[1:-1]), (100, "Free")]
EXAMPLE = 20


@dataclass(frozen=True, slots=True)
class CouponRow:
    """A code as its mentor sees it."""

    id: int
    code: str
    words: str
    uses: str
    until: str
    status: str
    tone: str
    is_live: bool


class WholeField(IntegerField):
    """A whole number typed by people."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """ASCII digits only; what was typed is shown again when it is none."""
        self.raw_data, text = valuelist, (valuelist[0].strip() if valuelist else "")
        self.data = None
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            raise ValueError(WHOLE)
        self.data = int(text)


class CouponForm(AppForm):
    """A new code."""

    kind = RadioField("What it takes off", choices=[("percent", "Percent"), ("amount", "Amount")], default="percent")
    value = StringField("How much", [Length(max=20, message="This is too long.")], filters=[tidy])
    days = WholeField("Valid for days", default=30)
    most_uses = WholeField("Uses in all", default=20)
    most_each = WholeField("Uses per learner", default=1)

    def draft(self) -> CouponDraft:
        """What the use case takes."""
        return CouponDraft(self.kind.data or "", self.value.data or "", self.days.data, self.most_uses.data, self.most_each.data)


class TrialForm(AppForm):
    """What the first session with them costs."""

    percent = PickField("First session with you", TRIALS, "Choose one from the list.", default=0)


@mentor.get("/discounts", endpoint="discounts")
def show() -> str:
    """The page."""
    return _page()


@mentor.post("/discounts")
@write_by_person
def make_coupon() -> ResponseReturnValue:
    """A new code."""
    form = CouponForm()
    if not form.validate():
        return _page(form), 422
    try:
        made = discounts.make_coupon(me(), form.draft())
    except Invalid as fault:
        form.accept(fault)
        return _page(form), 422
    flash(f"Your code is {made.code}. Copy it and tell people.", "ok")
    return see_other(url_for("mentor.discounts"))


@mentor.post("/discounts/<int:coupon_id>/end")
@write_by_person
def stop_coupon(coupon_id: int) -> ResponseReturnValue:
    """No more uses."""
    stopped = discounts.stop_coupon(me(), coupon_id)
    flash(f"{stopped.code} cannot be used any more. What was booked with it stays.", "ok")
    return see_other(url_for("mentor.discounts"))


@mentor.post("/discounts/first-session")
@write_by_person
def set_trial() -> ResponseReturnValue:
    """What the first session costs."""
    form = TrialForm()
    if not form.validate():
        return _page(trial=form), 422
    discounts.set_trial(me(), form.percent.data)
    flash("Saved. It counts for everybody who has not met you yet.", "ok")
    return see_other(url_for("mentor.discounts"))


def _page(form: CouponForm | None = None, trial: TrialForm | None = None) -> str:
    found = discounts.coupons_of(me())
    uses = uses_of([coupon.id for coupon in found])
    rows = [_row(coupon, uses.get(coupon.id, 0)) for coupon in found]
    known = discounts.trial_of(me().id)
    trial = trial or TrialForm(formdata=None, data={"percent": known.percent if known else 0})
    form = form or CouponForm(formdata=None)
    return render_template("mentor/discounts.html", rows=rows, form=form, trial=trial, sums=_example())


def _row(coupon: Coupon, uses: int) -> CouponRow:
    is_over = coupon.valid_until <= now()
    status, tone = ("Stopped", "canceled") if coupon.stopped_at else ("Over", "released") if is_over else ("Works", "confirmed")
    if status == "Works" and uses >= coupon.most_uses:
        status, tone = "Used up", "completed"
    words = f"{uses} of {coupon.most_uses}, {coupon.most_each} each"
    return CouponRow(
        coupon.id, coupon.code, coupon.words, words, when(coupon.valid_until), status, tone, status in ("Works", "Used up")
    )


def _example() -> str:
    """Who pays for a discount, with our fee: the sum for one price."""
    currency, bps = settings().currency, settings().platform_fee_bps
    price = Money(EXAMPLE * SCALE.get(currency, 1) * 10 ** exponent(currency), currency)
    paid = Money(price.amount_minor * 3 // 4, currency)
    fee = share(paid, bps)
    after = "" if fee.is_zero else f", less our fee of {fee}"
    return f"You pay for it: of a price of {price} with 25 % off, learners pay {paid}{after}, and {paid - fee} is yours."
