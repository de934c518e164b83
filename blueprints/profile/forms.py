"""Forms of one's own account."""

from flask_wtf.file import FileField
from wtforms import BooleanField

from app.accounts.models import User
from app.accounts.service import ProfileDraft, SettingsDraft
from app.kernel.errors import Invalid
from app.web.forms import AppForm, PickField, line_field, text_field
from app.web.uploads import store_picture
from app.web.zones import ZoneField

THEMES = [("system", "As my device"), ("light", "Light"), ("dark", "Dark")]


class ProfileForm(AppForm):
    """What others see."""

    name = line_field("Name", longest=80, missing="Tell people your name.")
    headline = line_field("Headline", longest=120)
    bio = text_field("Bio", longest=4000)
    photo = FileField("Photo")

    def draft(self) -> ProfileDraft:
        """What the use case takes; raises Invalid for a picture that is none."""
        photo = None
        if self.photo.data and self.photo.data.filename:
            photo = store_picture(self.photo.data, "photo", "photo")
        return ProfileDraft(self.name.data, self.headline.data or "", self.bio.data or "", photo)


class SettingsForm(AppForm):
    """How PeerLearn behaves."""

    timezone = ZoneField()
    theme = PickField("Theme", THEMES, "Choose a theme from the list.")
    sound_on = BooleanField("Play a sound with notices")
    is_learner = BooleanField("I want to learn")
    is_mentor = BooleanField("I want to teach")
    records_at_once = BooleanField("Start recording when we are all there")
    is_minor = BooleanField("I am under 18")

    def keep_zone_of(self, user: User) -> None:
        """An older zone name stays choosable for whoever has it."""
        self.timezone.allow(user.timezone)

    def validate(self, extra_validators: object = None) -> bool:
        """Every field, and at least one hat."""
        fits = super().validate(extra_validators)
        if not (self.is_learner.data or self.is_mentor.data):
            self.accept(Invalid(fields={"is_learner": "Choose at least one: learn, teach, or both."}))
            return False
        return fits

    def draft(self) -> SettingsDraft:
        """What the use case takes."""
        return SettingsDraft(
            timezone=self.timezone.data,
            theme=self.theme.data,
            sound_on=bool(self.sound_on.data),
            is_learner=bool(self.is_learner.data),
            is_mentor=bool(self.is_mentor.data),
            records_at_once=bool(self.records_at_once.data),
            is_minor=bool(self.is_minor.data),
        )
