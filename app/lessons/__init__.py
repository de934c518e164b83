"""What mentors offer: lessons ("sessions" on screen) and the calendar that keeps two things from happening at once."""
