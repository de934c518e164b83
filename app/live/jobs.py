"""Sweeps of the rooms: what must happen even when nobody's browser is there to ask for it."""

from app.kernel.schedule import Periodic
from app.live import joining, queries, recording_store, reports, service


def close_finished_rooms() -> None:
    """Close rooms whose End was not undone, or that have run past the hard stop."""
    for room_id in [room.id for room in queries.due_to_end()]:
        service.close(room_id)


def close_stale_presence() -> None:
    """Close the presence of people whose browser went silent."""
    service.note_vanished()


PERIODIC = (
    Periodic("live.join_recordings", 30, joining.join_due),
    Periodic("live.throw_recordings_away", 1800, recording_store.throw_away),
    Periodic("live.close_stale_presence", 15, close_stale_presence),
    Periodic("live.close_finished_rooms", 30, close_finished_rooms),
    Periodic("live.keep_reported_held", 60, reports.keep_held),
)
