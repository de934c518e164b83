"""The feedback after a session."""

from wtforms import RadioField

from app.community.service import LONGEST_COMMENT
from app.web.forms import AppForm, Required, text_field


class FeedbackForm(AppForm):
    """One to five stars and a few words."""

    stars = RadioField(
        "Rating",
        choices=[(number, f"{number} star" + ("" if number == 1 else "s")) for number in range(1, 6)],
        coerce=int,
        validators=[Required("Choose one to five stars.")],
    )
    comment = text_field("Comment", longest=LONGEST_COMMENT)
