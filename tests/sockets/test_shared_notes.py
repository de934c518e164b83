"""Notes that all in the room write together: compared and swapped, and read by everybody."""

from app.live import service, shared_notes
from app.live.shared_notes_messages import LONGEST_SHARED_NOTES


def test_what_one_writes_everybody_reads(enter, room, mentor, learner):
    theirs, line = enter(mentor), enter(learner)
    assert line.ask("look_notes", {}) == {"version": 0, "text": ""}
    answer = theirs.ask("write_notes", {"version": 0, "text": "A bowline"})
    assert answer == {"is_taken": True, "version": 1, "text": "A bowline"}
    assert line.heard("notes") == [{"version": 1, "text": "A bowline"}]
    assert line.ask("look_notes", {}) == {"version": 1, "text": "A bowline"}


def test_whoever_comes_too_late_gets_what_stands_there_and_changes_nothing(enter, mentor, learner):
    theirs, line = enter(mentor), enter(learner)
    theirs.ask("write_notes", {"version": 0, "text": "A bowline"})
    line.heard()
    answer = line.ask("write_notes", {"version": 0, "text": "A hitch"})
    assert answer == {"is_taken": False, "version": 1, "text": "A bowline"}
    assert line.heard("notes") == []


def test_a_longer_text_is_refused_and_what_turns_the_reading_direction_is_taken_out(enter, room, learner):
    line = enter(learner)
    error = line.ask("write_notes", {"version": 0, "text": "x" * (LONGEST_SHARED_NOTES + 1)})["error"]
    assert error["code"] == "invalid"
    assert line.ask("write_notes", {"version": 0, "text": "a\u202eb\r\nc"})["text"] == "ab\nc"


def test_after_the_end_nobody_writes_any_more(enter, room, mentor, learner):
    line = enter(learner)
    line.ask("write_notes", {"version": 0, "text": "A bowline"})
    service.close(room.id)
    assert line.ask("write_notes", {"version": 1, "text": "More"})["error"]["code"] == "ended"
    assert shared_notes.text_of(room).text == "A bowline"
