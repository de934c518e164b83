"""Stories of the launcher and what it starts, with real processes on free ports."""
