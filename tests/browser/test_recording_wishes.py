"""Recording as people set it: asked for by itself, deleted for everybody, and never with somebody under 18."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.accounts import service as accounts
from app.kernel.transaction import transaction
from app.live import queries as live
from app.live.recording_store import REPORTABLE, throw_away
from tests import factories
from tests.browser.meeting import grows, until
from tests.browser.second import SecondProcess
from tests.browser.test_recording import LEFT, end, film, marks, pieces, recording, segments, start
from tests.browser.test_room import button
from tests.browser.test_room_line import enter

pytestmark = pytest.mark.browser


@pytest.fixture
def second(site, site_folder) -> Iterator[SecondProcess]:
    process = SecondProcess(site_folder)
    yield process
    process.kill()


@pytest.fixture
def scene(house) -> tuple:
    mentor, learner = factories.mentor(), factories.learner()
    room = live.room_of(factories.joinable(learner, mentor, title="Knots and braids").lesson_id)
    return mentor, learner, f"/session/{room.public_id}/", room.id


def gone_for(room_id: int, time: timedelta) -> None:
    """It was deleted so long ago."""
    with transaction():
        recording(room_id).gone_at -= time


def question(page: Page):
    return page.get_by_role("alertdialog", name="May this session be recorded?")


def test_with_the_mentors_setting_everybody_is_asked_by_itself_and_after_a_stop_not_again(browse, scene, second):
    mentor, learner, address, room_id = scene
    mira = enter(browse, mentor, address)
    mira.get_by_role("button", name="Start recording when we are all there").click()
    expect(mira.get_by_text("In all your sessions. Everybody is asked first.")).to_be_visible()
    lev = enter(browse, learner, address, at=second.url)
    expect(question(lev)).to_be_visible()
    expect(mira.locator(".recording-words")).to_have_text("Waiting for Lev to agree")
    lev.get_by_role("button", name="I agree").click()
    marks(mira, lev)
    assert until(lambda: pieces(room_id) >= 2, 20), "it really records"
    button(lev, "Record").click()
    expect(mira.get_by_text("Lev Park stopped the recording.")).to_be_visible()
    for page in (lev, mira):
        page.reload()
        assert grows(page, "frames", by=5, within=20)
    for page in (mira, lev):
        expect(page.locator(".recording-mark")).to_be_hidden()
        expect(question(page)).to_be_hidden()


def test_whoever_is_in_it_deletes_it_and_every_open_page_says_so(browse, scene, site_folder):
    mentor, learner, address, room_id = scene
    mira, lev = enter(browse, mentor, address), enter(browse, learner, address)
    start(mira, lev)
    assert until(lambda: pieces(room_id) >= 4, 20)
    end(room_id)
    path = film(room_id, site_folder)
    for page in (mira, lev):
        page.goto(f"{address}after")
        expect(page.get_by_role("link", name="Download recording")).to_be_visible()
    link = mira.request.get(f"{address}recording/watch").url
    assert mira.request.get(link).status == 200
    lev.get_by_role("link", name="Delete the recording").press("Enter")
    dialog = lev.get_by_role("dialog", name="Delete this recording?")
    expect(dialog).to_contain_text("This deletes the recording for everybody")
    expect(dialog.get_by_role("link", name="Keep it")).to_be_focused()
    lev.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(lev.get_by_role("link", name="Download recording")).to_be_visible()
    mira.get_by_role("link", name="Download recording").focus()
    ana = lev.context.new_page()  # the second of two: her dialog still stands open when it is done
    ana.goto(f"{address}after")
    ana.get_by_role("link", name="Delete the recording").press("Enter")
    expect(ana.get_by_role("link", name="Keep it")).to_be_focused()
    lev.get_by_role("link", name="Delete the recording").press("Enter")
    dialog.get_by_role("button", name="Delete for everybody").press("Enter")
    expect(mira.get_by_text("Lev Park deleted the recording of “Knots and braids”.").first).to_be_visible()  # before it goes again
    expect(lev.locator("#recording")).to_contain_text("Deleted by you on")
    expect(mira.locator("#recording")).to_contain_text("Deleted by Lev Park on")
    expect(ana.locator("#recording")).to_contain_text("Deleted by you on")
    ana.get_by_role("button", name="Delete for everybody").press("Enter")
    expect(ana.get_by_text("The recording is deleted for everybody.")).to_be_visible()
    for page in (lev, mira, ana):
        expect(page.locator("#recording-title")).to_be_focused()
    dead = mira.request.get(link)
    assert (dead.status, "This recording was deleted." in dead.text()) == (404, True)
    assert path.exists(), "for three days our own people can still look at it"
    gone_for(room_id, REPORTABLE)
    throw_away()
    assert not path.parent.exists(), "the bytes are gone too"


def test_what_a_browser_has_not_sent_is_let_go_when_the_recording_is_deleted(browse, scene, site_folder):
    mentor, learner, address, room_id = scene
    mira, lev = enter(browse, mentor, address), enter(browse, learner, address)
    start(mira, lev)
    assert until(lambda: pieces(room_id) >= 2, 20)
    mira.route("**/recording/**", lambda route: route.abort())  # nothing gets through: it stays in the browser
    assert until(lambda: mira.evaluate(LEFT) >= 2, 20)
    end(room_id)
    expect(mira.get_by_text("goes on being sent when the connection is back")).to_be_visible(timeout=20_000)
    assert mira.evaluate(LEFT) > 0
    lev.goto(f"{address}after")
    lev.get_by_role("link", name="Delete the recording").click()
    lev.get_by_role("button", name="Delete for everybody").click()
    expect(lev.locator("#recording")).to_contain_text("Deleted by you on")
    mira.unroute("**/recording/**")
    mira.evaluate("dispatchEvent(new Event('online'))")
    expect(mira.get_by_text("The recording was deleted.")).to_be_visible(timeout=20_000)
    assert until(lambda: mira.evaluate(LEFT) == 0, 10)
    assert mira.evaluate("localStorage.getItem('peerlearn.recording')") is None
    gone_for(room_id, REPORTABLE)
    throw_away()
    assert recording(room_id).erased_at is not None
    assert not (site_folder / "storage/recordings" / recording(room_id).public_id).exists()


def test_with_somebody_under_18_nothing_is_recorded_and_saying_so_stops_what_runs(browse, scene):
    mentor, learner, address, room_id = scene
    accounts.record_at_once(mentor, on=True)
    mira, lev = enter(browse, mentor, address), enter(browse, learner, address)
    lev.get_by_role("button", name="I agree").click()
    marks(mira, lev)
    beside = lev.context.new_page()
    beside.goto("/profile/?tab=settings")
    beside.get_by_role("checkbox", name="I am under 18").check()
    beside.get_by_role("button", name="Save").click()
    words = "Sessions with somebody under 18 are not recorded."
    for page in (mira, lev):
        expect(page.get_by_text(words)).to_be_visible()
        expect(page.locator(".recording-mark")).to_be_hidden()
    assert until(lambda: all(segment.is_whole for segment in segments(room_id)), 20), "what was captured before is complete"
    expect(mira.get_by_text(words)).to_be_hidden(timeout=15_000)
    button(mira, "Record").click()
    expect(mira.get_by_text(words)).to_be_visible()
    expect(question(lev)).to_be_hidden()
