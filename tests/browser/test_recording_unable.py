"""A browser that cannot record: another goes on, or the mark goes and everybody reads why."""

import pytest
from playwright.sync_api import expect

from app.live import queries as live
from tests import factories
from tests.browser.meeting import grows, until
from tests.browser.test_recording import end, marks, segments, start
from tests.browser.test_room import button
from tests.browser.test_room_line import enter

pytestmark = pytest.mark.browser

NO_RECORDER = "delete globalThis.MediaRecorder"
FULL = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (value, ...rest) {
  if (this.name === "pieces" && value.number >= 3) throw new DOMException("no room", "QuotaExceededError");
  return put.call(this, value, ...rest);
};
"""
"""A device that has room for three seconds."""


@pytest.fixture
def scene(house) -> tuple:
    mentor, learner = factories.mentor(), factories.learner()
    room = live.room_of(factories.joinable(learner, mentor, title="Knots and braids").lesson_id)
    return mentor, learner, f"/session/{room.public_id}/", room.id


def changed(browse, script: str):
    """Windows in which something is missing."""

    def opened(*person, **how):
        context = browse(*person, **how)
        context.add_init_script(script)
        return context

    return opened


def test_where_the_mentors_browser_has_no_recorder_the_learners_records_and_both_sheets_say_so(browse, scene):
    mentor, learner, address, room_id = scene
    mira, lev = enter(changed(browse, NO_RECORDER), mentor, address), enter(browse, learner, address)
    assert grows(lev, "frames", by=5)
    button(mira, "Record").click()
    lev.get_by_role("button", name="I agree").click()
    expect(mira.get_by_text("This browser cannot record.")).to_be_visible()
    expect(mira.get_by_text("Lev Park's browser records now.")).to_be_visible()
    marks(mira, lev)
    assert until(lambda: [one.recorder_id for one in segments(room_id) if one.chunks >= 3] == [learner.id], 25)
    end(room_id)
    expect(mira.get_by_text("This session was recorded. You find it with this session in a few minutes.")).to_be_visible()
    expect(lev.get_by_text("The recording is saved. You find it with this session in a few minutes.")).to_be_visible(timeout=25_000)


def test_where_no_browser_can_record_the_mark_goes_and_everybody_reads_why(browse, scene):
    mentor, learner, address, room_id = scene
    without = changed(browse, NO_RECORDER)
    mira, lev = enter(without, mentor, address), enter(without, learner, address)
    assert grows(lev, "frames", by=5)
    button(mira, "Record").click()
    lev.get_by_role("button", name="I agree").click()
    for page in (mira, lev):
        expect(page.get_by_text("The recording stopped: no browser here can record.")).to_be_visible(timeout=15_000)
        expect(page.locator(".recording-mark")).to_be_hidden()
    button(mira, "Record").click()
    expect(mira.get_by_text("No browser here can record. Reload the page to try again.")).to_be_visible()
    assert grows(lev, "frames", by=5), "the call goes on"
    end(room_id)
    expect(mira.get_by_text("Nothing was recorded: no browser here could.")).to_be_visible()


def test_a_full_device_is_told_at_once_the_other_goes_on_and_what_was_captured_is_kept(browse, scene):
    mentor, learner, address, room_id = scene
    mira, lev = enter(changed(browse, FULL), mentor, address), enter(browse, learner, address)
    start(mira, lev)
    expect(mira.get_by_text("This device has no room for more of the recording. What was captured is safe.")).to_be_visible(timeout=20_000)
    expect(mira.get_by_text("Lev Park's browser records now.")).to_be_visible()
    marks(mira, lev)
    assert until(lambda: [one.recorder_id for one in segments(room_id)] == [mentor.id, learner.id], 20)
    assert until(lambda: segments(room_id)[0].is_whole and segments(room_id)[1].chunks >= 2, 20)
    assert segments(room_id)[0].chunks == 3
    end(room_id)
    expect(mira.get_by_text("This device had no room for all of the recording. What was captured is saved.")).to_be_visible(timeout=20_000)


def test_stopped_and_asked_for_again_at_once_it_really_records_again(browse, scene):
    mentor, learner, address, room_id = scene
    mira, lev = enter(browse, mentor, address), enter(browse, learner, address)
    start(mira, lev)
    assert until(lambda: sum(one.chunks for one in segments(room_id)) >= 2, 20)
    button(mira, "Record").click()
    expect(mira.locator(".recording-mark")).to_be_hidden()
    button(mira, "Record").click()
    marks(mira, lev)
    assert until(lambda: len(segments(room_id)) == 2 and segments(room_id)[1].chunks >= 2, 20)
