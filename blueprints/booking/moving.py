"""Another time: the dialog, the proposal, and one tap that answers it."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.bookings import meeting_again, moving, queries
from app.bookings.models import Booking
from app.kernel.errors import Invalid
from app.web.filters import when
from app.web.fragments import close_dialog, is_htmx, look_again
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from blueprints.booking.blueprint import booking
from blueprints.booking.move_view import MoveForm, move_dialog_of


@booking.get("/<int:booking_id>/move")
def move_dialog(booking_id: int) -> ResponseReturnValue:
    """The dialog; without scripts the booking's page."""
    found = queries.of_either(me(), booking_id)
    if not is_htmx():
        return redirect(url_for("booking.page", booking_id=booking_id, move=1))
    return _dialog(found, MoveForm.fresh(found, me()))


@booking.post("/<int:booking_id>/proposals")
@write_by_person
def propose_move(booking_id: int) -> ResponseReturnValue:
    """Propose a time, typed or suggested."""
    found = queries.of_either(me(), booking_id)
    form = MoveForm.sent()
    if not form.validate():
        return _dialog(found, form), 422
    try:
        moving.propose_move(me(), booking_id, form.starts_at.data, me().timezone, form.note.data or "")
    except Invalid as fault:
        form.accept(fault)
        return _dialog(found, form), 422
    if not is_htmx():
        return see_other(url_for("booking.page", booking_id=booking_id))
    return close_dialog(f"Proposed. {_other(found)} is asked.", *TOPICS)


@booking.post("/proposals/<int:proposal_id>/acceptance")
@write_by_person
def accept_move(proposal_id: int) -> ResponseReturnValue:
    """Yes: it is at the new time now."""
    moved = moving.accept_move(me(), proposal_id)
    return _answered(moved, f"Moved. You meet {when(moved.lesson.starts_at)}.")


@booking.post("/proposals/<int:proposal_id>/refusal")
@write_by_person
def decline_move(proposal_id: int) -> ResponseReturnValue:
    """No: the old time stays."""
    kept = moving.decline_move(me(), proposal_id).booking
    return _answered(kept, f"Not moved. {_other(kept)} knows.")


@booking.post("/proposals/<int:proposal_id>/withdrawal")
@write_by_person
def withdraw_move(proposal_id: int) -> ResponseReturnValue:
    """Never mind."""
    return _answered(moving.withdraw_move(me(), proposal_id).booking, "Taken back. Nothing was moved.")


@booking.post("/<int:booking_id>/money-back")
@write_by_person
def want_money_back(booking_id: int) -> ResponseReturnValue:
    """After a technical failure: no other time."""
    found = meeting_again.want_money_back(me(), booking_id)
    return _answered(found, "Good to know." if found.is_free else f"{found.price} is on its way back to you.")


TOPICS = ("bookings", "requests", "payments")


def _answered(found: Booking, text: str) -> ResponseReturnValue:
    return look_again(text, *TOPICS) if is_htmx() else see_other(url_for("booking.page", booking_id=found.id))


def _other(found: Booking) -> str:
    person = found.learner if me().id == found.lesson.mentor_id else found.lesson.mentor
    return person.name.split()[0]


def _dialog(found: Booking, form: MoveForm) -> str:
    return render_template("booking/_move_dialog.html", move=move_dialog_of(found, me()), form=form)
