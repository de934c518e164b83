"""The whiteboard in two real browsers: what one draws the other sees, whatever happens to the line."""

import re
import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.live import queries as live
from tests import factories
from tests.browser.meeting import until
from tests.browser.test_room import button
from tests.browser.test_room_line import MILD, OFFLINE, network

pytestmark = pytest.mark.browser

Point = tuple[int, int]


@pytest.fixture
def scene(house, browse) -> Callable[..., Page]:
    people = {"mira": factories.mentor(), "lev": factories.learner()}
    booking = factories.joinable(people["lev"], people["mira"], title="Knots and braids")
    address = f"/session/{live.room_of(booking.lesson_id).public_id}/"

    def enter(name: str, **extra) -> Page:
        page = browse(people[name], **extra).new_page()
        network(page, MILD)
        page.goto(address)
        expect(page.locator(".room")).to_have_attribute("data-line", "up", timeout=15_000)
        open_board(page)
        return page

    return enter


def open_board(page: Page) -> None:
    """One tap; on a phone that can share its screen there is no room for the button, and the panel's tab leads there."""
    if sheet(page).is_hidden() and button(page, "Board").is_visible():
        button(page, "Board").click()
    elif sheet(page).is_hidden():
        button(page, "Chat").click()
        page.get_by_role("tab", name="Whiteboard").click()
    expect(sheet(page)).to_be_visible()
    expect(page.locator(".board")).not_to_have_attribute("inert", re.compile(""))  # its script has come


def sheet(page: Page):
    return page.locator(".board-moving")


def drag(page: Page, *places: Point) -> None:
    """Draw through these places, given as on the board's own 1600 by 1000."""
    sheet(page).scroll_into_view_if_needed()
    box = sheet(page).bounding_box()
    spots = [(box["x"] + x * box["width"] / 1600, box["y"] + y * box["height"] / 1000) for x, y in places]
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot, steps=5)
    page.mouse.up()


def pick(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).check()


def dark_spots(page: Page) -> int:
    """How many pixels of what stands are not paper."""
    return page.evaluate(
        """() => {
          const canvas = document.querySelector(".board-still");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let count = 0;
          for (let at = 0; at < data.length; at += 4) count += data[at] + data[at + 1] + data[at + 2] < 700;
          return count;
        }"""
    )


def picture(page: Page) -> str:
    return page.evaluate("document.querySelector('.board-still').toDataURL()")


def shows(page: Page, count: int, *, of: str = "1 of 1") -> None:
    words = "1 drawing" if count == 1 else f"{count} drawings"
    expect(sheet(page)).to_have_attribute("aria-label", f"Whiteboard, page {of}, {words}", timeout=10_000)


def same(*pages: Page) -> bool:
    """Do they all see the very same picture?"""
    return until(lambda: len({picture(page) for page in pages}) == 1, 10)


def test_what_one_draws_the_other_sees_and_a_newcomer_has_all_of_it(scene):
    mira, lev = scene("mira"), scene("lev")
    shows(lev, 0)
    assert until(lambda: dark_spots(lev) == 0, 10), "the paper is not drawn"
    drag(mira, (200, 200), (500, 400), (800, 200))
    shows(lev, 1)
    assert until(lambda: dark_spots(lev) > 50, 10), "the stroke is counted but not drawn"
    pick(lev, "Red")
    pick(lev, "Rectangle")
    drag(lev, (900, 300), (1300, 700))
    pick(lev, "Text")
    drag(lev, (200, 700))
    lev.get_by_label("Text for the whiteboard").fill("a² + b² = c²")
    lev.keyboard.press("Enter")
    shows(mira, 3)
    assert same(mira, lev)
    lev.reload()
    open_board(lev)
    shows(lev, 3)
    assert same(mira, lev)


def test_a_stroke_is_seen_while_it_is_drawn(scene):
    mira, lev = scene("mira"), scene("lev")
    box = sheet(mira).bounding_box()
    mira.mouse.move(box["x"] + 20, box["y"] + 20)
    mira.mouse.down()
    mira.mouse.move(box["x"] + 200, box["y"] + 100, steps=10)
    moving = """() => {
      const canvas = document.querySelector(".board-moving");
      return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean);
    }"""
    assert until(lambda: lev.evaluate(moving), 15), "nothing is seen before the pen is lifted"
    shows(lev, 0)
    mira.mouse.up()
    shows(lev, 1)
    assert until(lambda: not lev.evaluate(moving), 5), "the sketch stays beneath the finished stroke"


def test_what_is_drawn_without_a_line_arrives_once_and_both_have_the_same(scene):
    mira, lev = scene("mira"), scene("lev")
    drag(mira, (100, 100), (300, 300))
    shows(lev, 1)
    network(lev, OFFLINE)
    expect(lev.locator(".room")).to_have_attribute("data-line", "down", timeout=15_000)
    drag(lev, (400, 100), (600, 300))
    drag(lev, (700, 100), (900, 300))
    button(lev, "Undo").click()
    drag(lev, (1000, 100), (1200, 300))
    shows(lev, 3)
    expect(lev.locator(".board-waiting")).to_have_text("Not sent yet")
    drag(mira, (100, 600), (300, 800))
    network(lev, MILD)
    expect(lev.locator(".room")).to_have_attribute("data-line", "up", timeout=15_000)
    for page in (mira, lev):
        shows(page, 4)
    expect(lev.locator(".board-waiting")).to_be_hidden()
    assert same(mira, lev)
    mira.reload()
    open_board(mira)
    shows(mira, 4)
    assert same(mira, lev)


def test_erasing_undoing_pages_and_files(scene):
    mira, lev = scene("mira"), scene("lev")
    drag(mira, (200, 500), (600, 500))
    drag(mira, (200, 800), (600, 800))
    shows(lev, 2)
    pick(lev, "Eraser")
    drag(lev, (400, 400), (400, 600))
    shows(mira, 1)
    button(lev, "Undo").click()
    shows(mira, 2)
    button(mira, "New page").click()
    drag(mira, (200, 200), (600, 200))
    shows(mira, 1, of="2 of 2")
    lev.get_by_role("button", name=re.compile("is on page 2")).click()
    shows(lev, 1, of="2 of 2")
    button(lev, "Clear page").click()
    shows(mira, 0, of="2 of 2")
    button(mira, "Page before").click()
    shows(mira, 2, of="1 of 2")
    with mira.expect_download() as saved:
        button(mira, "Save page as picture").click()
    assert saved.value.suggested_filename == "whiteboard-1.png"
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")
    with mira.expect_download() as saved:
        button(mira, "Save all pages as PDF").click()
    content = saved.value.path().read_bytes()
    assert content.startswith(b"%PDF-1.4")
    assert content.count(b"/Type /Page ") == 2


RULED = """([canvas, ...places]) => {
  const { width, height } = canvas;
  const context = canvas.getContext("2d");
  return places.map(([x, y]) => {
    const { data } = context.getImageData(Math.round((x * width) / 1600) - 2, Math.round((y * height) / 1000) - 2, 5, 5);
    return data.some((red, at) => at % 4 === 0 && data[at + 2] - red > 12);
  });
}"""
"""Are these places of the board on a pale blue line?"""


def ruled(page: Page) -> list[bool]:
    """Is there a line from left to right, one from top to bottom, and nothing between them?"""
    canvas = page.locator(".board-still").element_handle()
    return page.evaluate(RULED, [canvas, [125, 200], [250, 125], [125, 125]])


def test_the_paper_is_everybodys_and_goes_with_the_page_into_its_files(scene):
    mira, lev = scene("mira"), scene("lev")
    drag(mira, (200, 420), (600, 420))
    mira.get_by_label("Paper of this page").select_option("Squares")
    expect(lev.get_by_label("Paper of this page")).to_have_value("squares")
    assert until(lambda: ruled(lev) == ruled(mira) == [True, True, False], 10), "the squares are not drawn"
    assert same(mira, lev)
    lev.reload()
    open_board(lev)
    expect(lev.get_by_label("Paper of this page")).to_have_value("squares")
    lev.get_by_label("Paper of this page").select_option("Lines")
    assert until(lambda: ruled(mira) == [True, False, False], 10)
    button(lev, "Undo").click()
    assert until(lambda: ruled(mira) == [True, True, False], 10)
    for name, how in (("Save page as picture", ("png", [])), ("Save all pages as PDF", ("pdf", ["-r", "137"]))):
        with lev.expect_download() as saved:
            button(lev, name).click()
        assert lines_in(saved.value.path().read_bytes(), *how) == [True, True, False], name


def lines_in(content: bytes, kind: str, options: list[str]) -> list[bool]:
    """The same of a saved file's first page."""
    if kind == "pdf":
        tool = shutil.which("pdftoppm") or pytest.fail("pdftoppm is missing: install poppler-utils")
        content = subprocess.run([tool, "-png", "-singlefile", *options, "-"], input=content, capture_output=True, check=True).stdout
    picture = Image.open(BytesIO(content)).convert("RGB")
    width, height = picture.size
    spots = [picture.crop((x - 2, y - 2, x + 3, y + 3)) for x, y in (
        (round(px * width / 1600), round(py * height / 1000)) for px, py in ((125, 200), (250, 125), (125, 125))
    )]  # fmt: skip
    return [any(blue - red > 12 for red, blue in zip(raw[::3], raw[2::3], strict=True)) for raw in map(Image.Image.tobytes, spots)]


def test_while_the_mentor_has_locked_it_a_learner_only_looks_and_loses_nothing(scene):
    mira, lev = scene("mira"), scene("lev")
    drag(lev, (200, 200), (600, 200))
    shows(mira, 1)
    network(lev, OFFLINE)
    expect(lev.locator(".room")).to_have_attribute("data-line", "down", timeout=15_000)
    drag(lev, (200, 400), (600, 400))
    button(mira, "Lock whiteboard").click()
    expect(button(mira, "Unlock whiteboard")).to_be_visible()
    expect(mira.get_by_text("Locked: only you can draw")).to_be_visible()
    network(lev, MILD)
    expect(lev.get_by_text("Your mentor has locked the whiteboard. What you drew is kept")).to_be_visible(timeout=15_000)
    expect(lev.get_by_role("radio", name="Eraser")).to_be_disabled()
    expect(lev.get_by_label("Paper of this page")).to_be_disabled()
    drag(lev, (200, 600), (600, 600))
    sheet(lev).focus()
    for key in ("Space", "ArrowRight", "Space", "Control+z"):
        lev.keyboard.press(key)
    lev.reload()
    open_board(lev)
    expect(lev.get_by_text("Your mentor has locked the whiteboard")).to_be_visible()
    drag(mira, (200, 800), (600, 800))
    shows(lev, 3)
    shows(mira, 2)
    button(mira, "Unlock whiteboard").click()
    shows(mira, 3)
    expect(lev.get_by_role("radio", name="Eraser")).to_be_enabled()
    drag(lev, (200, 600), (600, 600))
    shows(mira, 4)
    assert same(mira, lev)


def test_a_stroke_under_the_pen_as_the_lock_comes_ends_there_and_waits(scene):
    mira, lev = scene("mira"), scene("lev")
    box = sheet(lev).bounding_box()
    lev.mouse.move(box["x"] + 20, box["y"] + 20)
    lev.mouse.down()
    lev.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    button(mira, "Lock whiteboard").click()
    shows(lev, 1)
    lev.mouse.up()
    shows(mira, 0)
    button(mira, "Unlock whiteboard").click()
    shows(mira, 1)


def test_the_keyboard_alone_draws_writes_and_undoes(scene):
    mira = scene("mira")
    sheet(mira).focus()
    for key in ("Space", *["ArrowRight"] * 5, *["ArrowDown"] * 5, "Space"):
        mira.keyboard.press(key)
    shows(mira, 1)
    assert until(lambda: dark_spots(mira) > 20, 5)
    pick(mira, "Text")
    sheet(mira).focus()
    mira.keyboard.press("Enter")
    expect(mira.get_by_label("Text for the whiteboard")).to_be_focused()
    mira.keyboard.type("By hand")
    mira.keyboard.press("Enter")
    shows(mira, 2)
    expect(sheet(mira)).to_be_focused()
    mira.keyboard.press("Control+z")
    shows(mira, 1)
    mira.keyboard.press("Control+Shift+z")
    shows(mira, 2)


def test_on_a_phone_a_finger_draws(scene):
    mira = scene("mira", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    box = sheet(mira).bounding_box()
    finger = mira.context.new_cdp_session(mira)
    for kind, x in (("touchStart", 40), ("touchMove", 90), ("touchMove", 160), ("touchEnd", None)):
        places = [] if x is None else [{"x": box["x"] + x, "y": box["y"] + x / 2}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})
    shows(mira, 1)
    assert mira.evaluate("document.documentElement.scrollWidth") <= 360


def sticky(page: Page, words: str):
    """The button that lies over a note."""
    return page.get_by_role("button", name=words)


def places(page: Page, words: str) -> tuple[int, int]:
    """Where a note lies, on the board's own 1600 by 1000."""
    box, note = sheet(page).bounding_box(), sticky(page, words).bounding_box()
    return round((note["x"] - box["x"]) * 1600 / box["width"]), round((note["y"] - box["y"]) * 1000 / box["height"])


def near(page: Page, words: str, x: int, y: int) -> bool:
    """Does it come to lie there, give or take a pixel?"""
    return until(lambda: all(abs(one - other) <= 8 for one, other in zip(places(page, words), (x, y), strict=True)), 10)


IN_ONE_BREATH = """(keys) => {
  for (const key of keys) document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}"""
"""Keys pressed one after the other at once: with more than 700 ms between two of them they are two moves."""


def test_a_note_is_written_moved_changed_and_erased_and_both_see_it(scene):
    mira, lev = scene("mira"), scene("lev")
    pick(lev, "Note")
    drag(lev, (200, 200))
    lev.get_by_role("textbox", name="Note").fill("Not this")
    lev.keyboard.press("Escape")
    shows(lev, 0)
    drag(lev, (200, 200))
    field = lev.get_by_role("textbox", name="Note")
    field.fill("Check the sign")
    lev.keyboard.press("Enter")
    lev.keyboard.type("of the second root")
    lev.keyboard.press("Control+Enter")
    expect(sheet(lev)).to_be_focused()
    expect(sticky(mira, "Note by Lev")).to_have_accessible_name(re.compile("Note by Lev.*: Check the sign.of the second root", re.DOTALL))
    assert near(mira, "Note by Lev", 200, 200)
    assert near(lev, "Your note", 200, 200)
    drag(lev, (300, 300), (900, 500))
    assert near(mira, "Note by Lev", 800, 400)
    shows(mira, 1)
    sticky(mira, "Note by Lev").focus()
    mira.evaluate(IN_ONE_BREATH, ["ArrowLeft"] * 3 + ["ArrowUp"])
    assert near(lev, "Your note", 740, 380)
    assert same(mira, lev)
    mira.keyboard.press("Enter")
    mira.get_by_role("textbox", name="Note").fill("Well checked")
    sheet(mira).focus()
    expect(sticky(lev, "Your note: Well checked")).to_be_attached()
    button(mira, "Undo").click()
    button(mira, "Undo").click()
    assert near(lev, "Your note: Check", 800, 400)
    with mira.expect_download() as saved:
        button(mira, "Save page as picture").click()
    picture_of = Image.open(saved.value.path()).convert("RGB")
    red, _, blue = picture_of.getpixel((2 * 1110, 2 * 630))
    assert red - blue > 30, "the yellow sheet is not in the picture"
    sticky(lev, "Your note").focus()
    lev.keyboard.press("Delete")
    shows(mira, 0)
    button(lev, "Undo").click()
    shows(mira, 1)


def test_a_learner_reads_the_mentors_note_and_cannot_move_it_and_long_words_are_told(scene):
    mira, lev = scene("mira"), scene("lev")
    pick(mira, "Note")
    drag(mira, (400, 300))
    mira.get_by_role("textbox", name="Note").fill("M" * 400)
    mira.keyboard.type("M")
    expect(mira.get_by_text("That is full: 300 letters fit.")).to_be_visible()
    mira.keyboard.press("Control+Enter")
    shows(lev, 1)
    pick(lev, "Note")
    drag(lev, (500, 400), (900, 600))
    assert near(mira, "Your note", 400, 300)
    drag(lev, (500, 400))
    expect(lev.get_by_role("textbox", name="Note")).to_have_value("M" * 300)
    expect(lev.get_by_role("textbox", name="Note")).not_to_be_editable()
    expect(lev.get_by_role("textbox", name="Note")).to_be_focused()  # Escape before that shuts the whole panel
    lev.keyboard.press("Escape")
    pick(lev, "Eraser")
    drag(lev, (500, 400), (520, 420))
    shows(mira, 0)
