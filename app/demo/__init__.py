"""The demo: people, sessions, bookings and history, so that a newcomer finds a house that is lived in.

`load.load()` fills an empty house, `rooms.joinable_room()` gives a room to try. The texts are tables in `data/`; times are
relative to the moment of loading, everything else comes from seeds, so two loads differ in nothing but the hour.
"""
