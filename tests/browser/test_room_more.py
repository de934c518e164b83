"""What lies behind More in the live session."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.bookings import queries as bookings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.lessons.models import Lesson
from app.live.report_models import PersonReport
from tests.browser.meeting import grows, until
from tests.browser.test_room import Meeting, button, meeting, seconds, tile

pytestmark = pytest.mark.browser
__all__ = ["meeting"]

CHOSEN = """() => JSON.parse(localStorage["peerlearn.room.devices"] ?? "{}")"""
REFUSING = """
  const ask = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = function (wish) {
    return window.isAllowed ? ask.call(this, wish) : Promise.reject(new DOMException("", "NotAllowedError"));
  };
"""
PHONE = {"viewport": {"width": 360, "height": 740}}


def more(page: Page, name: str) -> None:
    """Choose something behind More."""
    button(page, "More").click()
    page.locator("#more").get_by_role("button", name=name).click()


def test_more_is_opened_gone_through_and_closed_with_the_keyboard_alone(meeting: Meeting):
    lev = meeting.open(meeting.learner)
    opener, items = button(lev, "More"), lev.locator("#more").get_by_role("button")
    opener.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(items.first).to_be_focused()
    lev.keyboard.press("ArrowUp")
    expect(items.last).to_be_focused()
    lev.keyboard.press("ArrowDown")
    expect(items.first).to_be_focused()
    lev.keyboard.press("Escape")
    expect(lev.locator("#more")).to_be_hidden()
    expect(opener).to_have_attribute("aria-expanded", "false")
    expect(opener).to_be_focused()
    opener.press("Enter")
    expect(items.first).to_be_focused()  # the menu takes the focus once it is open, also from a line that has it already
    lev.locator("#more").get_by_role("button", name="Keys").press("Enter")
    expect(lev.get_by_role("dialog", name="Keys")).to_be_visible()
    expect(lev.locator("#more")).to_be_hidden()


def test_on_a_phone_the_bar_has_the_plans_five_and_more_has_the_rest(meeting: Meeting):
    lev = meeting.open(meeting.learner, **PHONE)
    names = lev.locator(".control:visible > span:first-of-type").all_inner_texts()
    assert names == ["Mute", "Camera", "Share", "Chat", "Gift", "More"]
    more(lev, "Whiteboard")
    expect(lev.get_by_role("tab", name="Whiteboard")).to_have_attribute("aria-selected", "true")
    expect(lev.locator("#more")).to_be_hidden()


def test_a_raised_hand_is_seen_by_all_and_lowered_by_the_mentor(meeting: Meeting):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(lev, "frames", by=5)
    lev.keyboard.press("Alt+KeyH")
    expect(mira.get_by_text("Lev Park raises a hand")).to_be_visible()
    lowers = tile(mira, "Lev Park").get_by_role("button", name="Lower Lev Park's hand")
    expect(lowers).to_be_visible()
    expect(tile(lev, "You").get_by_text("hand raised")).to_be_attached()
    mira.reload()
    expect(lowers).to_be_visible()
    lowers.click()
    expect(lowers).to_be_hidden()
    expect(lev.get_by_text("Your hand is down.")).to_be_visible()
    button(lev, "More").click()
    expect(lev.locator("#more").get_by_role("button", name="Raise hand")).to_have_attribute("aria-pressed", "false")


def test_whoever_talks_while_muted_is_told_and_unmutes_in_one_tap(meeting: Meeting):
    lev = meeting.open(meeting.learner)
    expect(button(lev, "Mute")).to_have_attribute("aria-pressed", "false")
    button(lev, "Mute").click()
    note = lev.locator(".note", has_text="You are talking, but you are muted.")
    expect(note).to_be_visible(timeout=30_000)
    note.get_by_role("button", name="Unmute").click()
    expect(button(lev, "Mute")).to_have_attribute("aria-pressed", "false")
    expect(note).to_have_count(0)


def test_another_microphone_is_taken_without_a_break_and_remembered(meeting: Meeting):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(mira, "loudness", by=0.001)
    made = mira.evaluate("connections.length")
    more(lev, "Camera and sound")
    dialog = lev.get_by_role("dialog", name="Camera and sound")
    choices = dialog.get_by_label("Microphone")
    ids = choices.evaluate("select => [...select.options].map((one) => one.value)")
    assert len(ids) >= 2, "the browser's own fakes"
    assert until(lambda: dialog.get_by_role("meter").evaluate("meter => meter.value") > 0.2, 10), "the meter does not move"
    choices.select_option(ids[-1])
    assert until(lambda: lev.evaluate(CHOSEN).get("audio") == ids[-1], 15)
    assert grows(mira, "loudness", by=0.001), "the other side hears the new one"
    assert mira.evaluate("connections.length") == made
    lev.reload()
    more(lev, "Camera and sound")
    expect(choices).to_have_value(ids[-1])


def test_a_line_shows_when_it_has_arrived_and_one_written_without_the_network_outlives_a_reload(meeting: Meeting):
    lev = meeting.open(meeting.learner)
    button(lev, "Chat").click()
    lev.get_by_label("Message", exact=True).fill("Are you there?")
    lev.keyboard.press("Enter")
    expect(lev.locator(".line-tick")).to_have_attribute("title", "sent")
    mira = meeting.open(meeting.mentor)
    expect(lev.locator(".line-tick")).to_have_attribute("title", "delivered to Mira Holm")
    lev.reload()
    expect(lev.locator(".line-tick")).to_have_attribute("title", "delivered to Mira Holm")
    lev.context.set_offline(True)
    expect(lev.locator(".room")).to_have_attribute("data-line", "down", timeout=15_000)
    lev.get_by_label("Message", exact=True).fill("Still there?")
    lev.keyboard.press("Enter")
    expect(lev.locator(".line").last).to_contain_text("goes out when you are back")
    button(mira, "Chat").click()
    mira.get_by_label("Message", exact=True).fill("Meanwhile")
    mira.keyboard.press("Enter")
    address = lev.url
    lev.goto("about:blank")
    lev.context.set_offline(False)
    lev.goto(address)
    expect(lev.locator(".line-tick").last).to_have_attribute("title", "delivered to Mira Holm", timeout=15_000)
    for page in (mira, lev):
        expect(page.locator(".line-text")).to_have_text(["Are you there?", "Meanwhile", "Still there?"])


def test_at_the_planned_end_both_are_asked_whether_to_go_on(meeting: Meeting):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert until(lambda: min(seconds(mira), seconds(lev)) >= 1, 30)
    with transaction():
        db.session.get(Lesson, meeting.booking.lesson_id).ends_at = now() + timedelta(seconds=8)
    for page in (mira, lev):
        expect(page.locator(".note", has_text="Time is up.")).to_be_visible(timeout=30_000)
    go_on = mira.get_by_role("button", name=re.compile(r"^Go on until \d\d:\d\d$"))
    go_on.click()
    expect(go_on).to_have_count(0)
    lev.locator(".note").get_by_role("button", name="End").click()
    expect(mira.get_by_text("Waiting for Lev…")).to_be_visible()


def test_leaving_and_reporting_leaves_at_once_then_asks_and_can_be_taken_back(meeting: Meeting, house):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(mira, "frames", by=5)
    more(lev, "Leave and report")
    expect(mira.get_by_text("Waiting for Lev…")).to_be_visible()
    dialog = lev.get_by_role("dialog", name="You have left. What was wrong?")
    dialog.get_by_role("link", name="Go back in").click()
    assert grows(mira, "frames", by=5), "a slip is undone with one tap"
    more(lev, "Leave and report")
    dialog.get_by_role("radio", name="Rude, threatening or hateful").check()
    dialog.get_by_label("What happened?").fill("He shouted.")
    dialog.get_by_role("button", name="Report and block").click()
    lev.wait_for_url("**/dashboard/learner/")
    expect(lev.get_by_text("We look into it")).to_be_visible()
    [row] = db.session.query(PersonReport).filter_by(reporter_id=meeting.learner.id)
    assert (row.person_id, row.words) == (meeting.mentor.id, "He shouted.")
    lev.goto("/profile/?tab=settings")
    button(lev, "Unblock Mira Holm").click()
    expect(lev.get_by_role("heading", name="Blocked people")).to_be_hidden()


def test_a_file_goes_from_browser_to_browser_and_is_kept_when_asked_for(meeting: Meeting, tmp_path):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(mira, "frames", by=5)
    made = mira.evaluate("connections.length")
    content = bytes(range(256)) * 8000
    button(lev, "Chat").click()
    lev.locator(".say input[type=file]").set_input_files({"name": "knots.bin", "mimeType": "text/html", "buffer": content})
    expect(lev.locator(".file-words")).to_have_text("2.0 MB · sent", timeout=15_000)
    button(mira, "Chat").click()
    with mira.expect_download() as saved:
        mira.get_by_role("link", name="Save knots.bin").click()
    saved.value.save_as(tmp_path / "theirs.bin")
    assert (tmp_path / "theirs.bin").read_bytes() == content
    assert mira.evaluate("connections.length") == made, "the call was not touched"
    assert grows(mira, "frames", by=10)
    button(lev, "Keep a copy for later: knots.bin").click()
    for page in (lev, mira):
        expect(page.locator(".file-words")).to_have_text("2.0 MB · kept with this session")
        expect(page.locator(".line")).to_have_count(1)
    mira.reload()
    with mira.expect_download() as saved:
        mira.get_by_role("link", name="Save knots.bin").click()
    saved.value.save_as(tmp_path / "kept.bin")
    assert (tmp_path / "kept.bin").read_bytes() == content


def test_a_file_waits_for_somebody_to_be_there(meeting: Meeting):
    lev = meeting.open(meeting.learner)
    button(lev, "Chat").click()
    lev.locator(".say input[type=file]").set_input_files({"name": "early.txt", "mimeType": "text/plain", "buffer": b"first"})
    expect(lev.locator(".file-words")).to_have_text("5 bytes · waits for the connection")
    meeting.open(meeting.mentor)
    expect(lev.locator(".file-words")).to_have_text("5 bytes · sent", timeout=15_000)


def test_whoever_blocked_the_camera_is_shown_how_to_allow_it_and_tries_again(meeting: Meeting, browse):
    page = browse(meeting.learner).new_page()
    page.add_init_script(REFUSING)
    page.goto(meeting.address)
    page.locator(".note", has_text="Your microphone is blocked").get_by_role("button", name="Show me how").click()
    dialog = page.get_by_role("dialog", name="Allow camera and microphone")
    expect(dialog.get_by_role("region", name="In Chrome")).to_be_visible()
    expect(dialog.get_by_role("region", name="In Firefox")).to_be_hidden()
    page.evaluate("() => { window.isAllowed = true; }")
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog).to_be_hidden()
    expect(button(page, "Mute")).to_have_attribute("aria-pressed", "false")
    expect(button(page, "Camera")).to_have_attribute("aria-pressed", "true")


def test_whoever_waits_reads_what_the_learner_wrote_and_can_leave_a_message(meeting: Meeting, house):
    with transaction():
        bookings.locked(meeting.booking.id).note = "My ropes are ready."
    mira = meeting.open(meeting.mentor)
    expect(mira.get_by_text("Lev wrote when booking: “My ropes are ready.”")).to_be_visible()
    button(mira, "Leave a message").click()
    mira.get_by_label("Message", exact=True).fill("I am here.")
    mira.keyboard.press("Enter")
    lev = meeting.open(meeting.learner)
    button(lev, "Chat").click()
    expect(lev.locator(".line-text")).to_have_text("I am here.")
