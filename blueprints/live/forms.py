"""The feedback after a session, and the report of somebody in it."""

from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice

from app.community.service import LONGEST_COMMENT
from app.live.report_models import ReportReason
from app.live.reports import LONGEST_WORDS
from app.web.forms import AppForm, PickField, Required, text_field

REASONS = {
    ReportReason.RUDE: "Rude, threatening or hateful",
    ReportReason.UNWANTED: "Unwanted advances",
    ReportReason.UNSAFE: "I do not feel safe",
    ReportReason.SCAM: "Wanted money or contact past PeerLearn",
    ReportReason.OTHER: "Something else",
}


class FeedbackForm(AppForm):
    """One to five stars, words of one tap each, and a few words of one's own."""

    stars = RadioField(
        "Rating",
        choices=[(number, f"{number} star" + ("" if number == 1 else "s")) for number in range(1, 6)],
        coerce=int,
        validators=[Required("Choose one to five stars.")],
    )
    tags = SelectMultipleField("What was it like?", validate_choice=False)
    comment = text_field("Comment", longest=LONGEST_COMMENT)


class ReportForm(AppForm):
    """Who, what was wrong and in a few words, both if one likes, and whether that was the last time (it is one of two buttons)."""

    person = PickField("Who was it?", [(0, "")], "Choose who it was.")
    reason = PickField(
        "What was wrong?",
        [(reason.value, text) for reason, text in REASONS.items()],
        "Choose what was wrong.",
        may_lack=True,
        default=ReportReason.OTHER.value,
    )
    words = text_field("What happened?", longest=LONGEST_WORDS)
    block = BooleanField("Report and block")


def report_form(people: list[tuple[int, str]]) -> ReportForm:
    """The form about these people, as ids and names; the only one there is is chosen already."""
    form = ReportForm()
    form.person.choices = [SelectChoice(person_id, name) for person_id, name in people]
    if len(people) == 1:
        form.person.data = people[0][0]
    return form
