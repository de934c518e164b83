"""The time zones people choose from."""

from typing import Any
from zoneinfo import available_timezones

from wtforms.fields import SelectChoice

from app.web.forms import PickField

ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/"))) + ["UTC"]


class ZoneField(PickField):
    """One of the zones; an older name stays choosable for whoever has it (`allow`)."""

    def __init__(self, label: str = "Time zone", **extra: Any) -> None:
        super().__init__(label, [(zone, zone.replace("_", " ")) for zone in ZONES], "Choose a time zone from the list.", **extra)

    choices: Any

    def allow(self, zone: str) -> None:
        """Make a zone that is not on the list one of the choices."""
        if zone not in ZONES:
            self.choices = [SelectChoice(zone), *self.choices]
