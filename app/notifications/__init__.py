"""What people are told: in the app, with a sound, and by mail."""
