"""After the session in two real browsers: the sheet, the same figures on both sides, the pack; and a server that was away."""

import re
import shutil
import subprocess
import time
import zipfile
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.bookings.witness_models import MediaReport, SilentGap
from app.community.models import ReviewTag
from app.extensions import db
from app.gifts.models import Gift
from app.live.note_models import SessionNote
from tests.browser.meeting import grows, until
from tests.browser.phases import just_heard
from tests.browser.test_room import Meeting, agree, begun, button, seconds, tab  # noqa: F401 (a fixture)

pytestmark = pytest.mark.browser


def read(pdf: bytes) -> str:
    """The words of a PDF."""
    tool = shutil.which("pdftotext") or pytest.fail("pdftotext is missing: install poppler-utils")
    return subprocess.run([tool, "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def scribble(page: Page) -> None:
    """A line on the whiteboard."""
    expect(page.locator(".board")).not_to_have_attribute("inert", re.compile(""))  # its script has come
    box = page.locator(".board-moving").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 90, steps=6)
    page.mouse.up()


def pack(page: Page) -> dict[str, bytes]:
    """The learning pack, downloaded and opened."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Learning pack").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_two_people_end_give_feedback_and_take_the_same_figures_home(begun: Meeting, house):  # noqa: F811
    mira, lev = begun.open(begun.mentor), begun.open(begun.learner)
    assert grows(lev, "frames", by=10)
    button(lev, "Chat").click()
    lev.get_by_label("Message", exact=True).fill("Thank you for the bowline")
    lev.keyboard.press("Enter")
    tab(lev, "Topics").click()
    lev.get_by_role("textbox", name="Your notes").fill("Over, under, through.")
    expect(lev.get_by_text("Saved", exact=True)).to_be_visible()
    button(mira, "Chat").click()
    tab(mira, "Topics").click()
    mira.get_by_role("checkbox", name="Braids").check()
    tab(mira, "Whiteboard").click()
    scribble(mira)
    assert until(lambda: seconds(lev) >= 7, 15)
    _give_feedback(lev)
    assert {row.tag for row in db.session.query(ReviewTag)} >= {"clear", "patient"}
    button(mira, "End").click()
    sheet = mira.get_by_role("dialog", name=re.compile("How was it with"))
    countdown = mira.locator(".ending:not(.knock, .asking)")
    expect(countdown).to_be_visible()
    expect(countdown).to_be_hidden(timeout=30_000)
    sheet.get_by_role("button", name="Skip").click()
    mira.wait_for_url("**/dashboard/mentor/")
    _look_back(begun, mira, lev)


def _give_feedback(lev: Page) -> None:
    button(lev, "End").click()
    sheet = lev.get_by_role("dialog", name=re.compile("How was it with"))
    sheet.get_by_role("radio", name="5 stars").check(force=True)
    for word in ("Clear", "Patient"):
        sheet.get_by_role("checkbox", name=word).check(force=True)
    sheet.get_by_role("button", name="$5").click()
    dialog = lev.get_by_role("dialog", name=re.compile("Gift for Mira"))
    expect(dialog.get_by_role("radio", name="$5")).to_be_checked()
    dialog.get_by_role("button", name="Send").click()
    expect(lev.get_by_role("heading", name="Thank you!")).to_be_visible()
    lev.get_by_role("button", name="Done").click()
    expect(sheet.get_by_role("radio", name="5 stars")).to_be_checked()
    sheet.get_by_role("button", name="Send feedback").click()
    lev.wait_for_url("**/dashboard/learner/")
    db.session.rollback()
    assert db.session.query(Gift).filter_by(amount_minor=500).count() >= 1


def _look_back(begun: Meeting, mira: Page, lev: Page) -> None:  # noqa: F811
    shown = []
    for page in (mira, lev):
        page.goto(begun.address)
        page.wait_for_url("**/after")
        shown.append((page.locator(".after-together").inner_text(), page.locator(".after-topics").inner_text()))
        expect(page.get_by_role("img", name="Whiteboard, page 1 of 1")).to_be_visible()
        expect(page.get_by_text("Thank you for the bowline")).to_be_visible()
    assert shown[0] == shown[1]
    expect(lev.get_by_role("textbox", name="Your notes")).to_have_value("Over, under, through.")
    expect(mira.get_by_role("textbox", name="Your notes")).to_have_value("")
    mine, theirs = pack(mira), pack(lev)
    assert set(theirs) == {"receipt.pdf", "chat.txt", "topics.md", "board.pdf", "notes.md"}
    assert set(mine) == set(theirs) - {"notes.md"}
    for files in (mine, theirs):
        assert shown[0][0] in read(files["receipt.pdf"])
        assert "Thank you for the bowline" in files["chat.txt"].decode()


def test_both_write_in_one_text_at_the_same_time(begun: Meeting, house):  # noqa: F811
    mira, lev = begun.open(begun.mentor), begun.open(begun.learner)
    fields = []
    for page in (mira, lev):
        if page.locator("#side").is_hidden():
            button(page, "Chat").click()
        tab(page, "Topics").click()
        fields.append(page.get_by_role("textbox", name="Shared notes"))
        expect(fields[-1]).to_be_enabled()
    hers, his = fields
    hers.press_sequentially("Bowline. ", delay=20)
    expect(his).to_have_value("Bowline. ")
    lev.context.set_offline(True)
    his.press("Home")
    his.press_sequentially("Knots: ", delay=20)
    hers.press("End")
    hers.press_sequentially("Hitch.", delay=20)
    lev.context.set_offline(False)
    for field in fields:
        expect(field).to_have_value("Knots: Bowline. Hitch.", timeout=15_000)
    his.press_sequentially("two, ", delay=20)
    expect(hers).to_have_value("Knots: two, Bowline. Hitch.")
    lev.reload()
    tab(lev, "Topics").click()
    expect(lev.get_by_role("textbox", name="Shared notes")).to_have_value("Knots: two, Bowline. Hitch.")


def test_notes_written_without_a_network_are_kept_and_saved_later(begun: Meeting, house):  # noqa: F811
    lev = begun.open(begun.learner)
    button(lev, "Chat").click()
    tab(lev, "Topics").click()
    lev.route("**/notes", lambda route: route.abort())
    lev.get_by_role("textbox", name="Your notes").fill("Kept here.")
    expect(lev.get_by_text("Your words are kept here")).to_be_visible()
    lev.reload()
    expect(lev.get_by_role("textbox", name="Your notes")).to_have_value("Kept here.")
    expect(lev.get_by_text("Your words are kept here")).to_be_visible()
    lev.unroute("**/notes")
    expect(lev.get_by_text("Saved", exact=True)).to_be_visible()


def test_words_that_were_saved_as_the_page_was_left_never_come_back_over_later_ones(begun: Meeting, browse, house):  # noqa: F811
    lev = begun.open(begun.learner)
    button(lev, "Chat").click()
    tab(lev, "Topics").click()
    lev.get_by_role("textbox", name="Your notes").fill("Typed and gone.")
    lev.goto("/dashboard/learner/")
    assert until(lambda: "Typed and gone." in _notes(), 15)
    lev.goto(begun.address)
    expect(lev.get_by_role("textbox", name="Your notes")).to_have_value("Typed and gone.")
    other = begun.open(begun.learner)
    other.get_by_role("button", name="Join here").click()
    button(other, "Chat").click()
    tab(other, "Topics").click()
    other.get_by_role("textbox", name="Your notes").fill("Thought better of it.")
    expect(other.get_by_text("Saved", exact=True)).to_be_visible()
    lev.reload()
    expect(lev.locator("own-notes textarea")).to_have_value("Thought better of it.")


def _notes() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(SessionNote.text)))


@contextmanager
def frozen(site):
    """The web process stands still: it answers nobody and hears nothing."""
    processes = site.children("wsgi.py")
    assert processes
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


def test_a_good_call_does_not_stop_the_clock_while_the_server_is_away(begun: Meeting, house, site):  # noqa: F811
    mira, lev = begun.open(begun.mentor), begun.open(begun.learner)
    for page in (mira, lev):
        assert grows(page, "frames", by=20)
    assert until(lambda: seconds(lev) >= 6, 15)
    began, started = seconds(lev), time.monotonic()
    with frozen(site):
        expect(mira.get_by_text("Reconnecting...").first).to_be_visible(timeout=15_000)
        assert grows(lev, "frames", by=20), "the picture goes on"
        lev.wait_for_timeout(16_000)
    for page in (mira, lev):
        expect(page.locator(".room")).to_have_attribute("data-line", "up", timeout=20_000)
    assert until(lambda: _both_have_spoken(begun), 10)
    assert _gap(begun).seconds > 15
    just_heard(begun.learner.id, begun.booking.lesson_id)  # the answer to a beat brings what both have said
    assert until(lambda: seconds(lev) >= began + 24, 5), "the time without the server was counted too"
    assert seconds(lev) - began > time.monotonic() - started - 10, "and not only the time since"
    assert agree(mira, lev)


def _gap(begun: Meeting) -> SilentGap:  # noqa: F811
    db.session.rollback()
    return db.session.query(SilentGap).filter_by(lesson_id=begun.booking.lesson_id).one()


def _both_have_spoken(begun: Meeting) -> bool:  # noqa: F811
    said = [row.seconds for row in db.session.query(MediaReport).filter_by(gap_id=_gap(begun).id)]
    return len(said) == 2 and min(said) >= 12
