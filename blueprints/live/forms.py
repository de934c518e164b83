"""The feedback after a session."""

from wtforms import RadioField, SelectMultipleField

from app.community.service import LONGEST_COMMENT
from app.web.forms import AppForm, Required, text_field


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
