"""Recording in two real browsers: by agreement, through crashes and cuts; the film is judged by a real decoder."""

import time
from pathlib import Path

import av
import pytest
from playwright.sync_api import Page, expect

from app.extensions import db
from app.live import queries as live
from app.live import service
from app.live.models import Room
from app.live.recording_models import Joined, Recording, RecordingSegment
from tests import factories
from tests.browser.meeting import grows, until
from tests.browser.phases import just_heard
from tests.browser.test_room import button
from tests.browser.test_room_line import MILD, OFFLINE, enter, network

pytestmark = pytest.mark.browser

PLACES = {"mentor": (400, 300), "learner": (1136, 660)}
"""Points of the film: the large picture and the small one."""


@pytest.fixture
def scene(house) -> tuple:
    mentor, learner = factories.mentor(), factories.learner()
    booking = factories.joinable(learner, mentor, title="Knots and braids")
    room = live.room_of(booking.lesson_id)
    return mentor, learner, f"/session/{room.public_id}/", room.id


def marks(*pages: Page) -> None:
    for page in pages:
        expect(page.locator(".recording-words")).to_have_text("Recording", timeout=10_000)


def start(mira: Page, lev: Page) -> None:
    """Both agree, and it runs."""
    assert grows(lev, "frames", by=5), "no picture arrives"
    button(mira, "Record").click()
    lev.get_by_role("button", name="I agree").click()
    marks(mira, lev)


def tick(page: Page, topic: str) -> None:
    button(page, "Chat").click()
    page.get_by_role("tab", name="Topics").click()
    page.get_by_role("checkbox", name=topic).click()


LEFT = """() => new Promise((done) => {
  const opening = indexedDB.open("peerlearn-recordings");
  opening.onsuccess = () => {
    const counting = opening.result.transaction("pieces").objectStore("pieces").count();
    counting.onsuccess = () => done(counting.result);
  };
})"""
"""How many pieces of film this browser still keeps."""


def end(room_id: int) -> None:
    """The session ends as it does by the hard stop: for everybody at once."""
    db.session.rollback()
    service.close(room_id)


def recording(room_id: int) -> Recording:
    db.session.rollback()
    return db.session.query(Recording).filter_by(room_id=room_id).one()


def segments(room_id: int) -> list[RecordingSegment]:
    return db.session.query(RecordingSegment).filter_by(recording_id=recording(room_id).id).order_by(RecordingSegment.id).all()


def pieces(room_id: int) -> int:
    return sum(segment.chunks for segment in segments(room_id))


def session_lasted(room_id: int, by_our_clock: float) -> float:
    """Seconds from the first captured moment to the end of the session, by the server's clock, which is the film's. A browser begins
    when its machine lets it, and an End comes true when a job has its turn: our own clock can only agree roughly."""
    began_at = segments(room_id)[0].began_at
    ended_at = db.session.get_one(Room, room_id).ended_at
    lasted = (ended_at - began_at).total_seconds()
    assert lasted == pytest.approx(by_our_clock, abs=8)
    return lasted


def film(room_id: int, folder: Path, *, within: float = 60) -> Path:
    """Where it lies once it is joined."""
    assert until(lambda: recording(room_id).joined is Joined.READY, within), recording(room_id).joined
    return folder / "storage" / recording(room_id).file_key


def colours(path: Path, *, every: float = 0.5) -> list[tuple[float, dict[str, tuple[int, ...]]]]:
    """What the two places of the film show, about every half second."""
    found, due = [], 0.0
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            at = float(frame.pts * frame.time_base)
            if at >= due:
                picture = frame.to_ndarray(format="rgb24")
                found.append((at, {who: tuple(int(value) for value in picture[y, x]) for who, (x, y) in PLACES.items()}))
                due = at + every
    return found


def is_green(colour: tuple[int, ...]) -> bool:
    return colour[1] > 80 and colour[1] > colour[0] + 60 and colour[1] > colour[2] + 60


def length(path: Path) -> float:
    with av.open(str(path)) as file:
        return file.duration / 1e6


def jumps_to(path: Path, at: float) -> float:
    """Where a player really begins when somebody jumps there."""
    with av.open(str(path)) as file:
        file.seek(int(at * 1e6))
        first = next(file.decode(video=0))
        return float(first.pts * first.time_base)


def whole_pictures(path: Path) -> list[float]:
    """All places at which a player could begin. A browser short of time makes fewer of them than it was asked for."""
    with av.open(str(path)) as file:
        return [float(packet.pts * packet.time_base) for packet in file.demux(video=0) if packet.is_keyframe and packet.pts is not None]


def loudness(path: Path) -> float:
    with av.open(str(path)) as file:
        return max(float(abs(frame.to_ndarray()).max()) for frame in file.decode(audio=0))


def test_a_session_both_agreed_to_record_can_be_watched_by_both(browse, scene, site_folder):
    mentor, learner, address, room_id = scene
    mira, lev = enter(browse, mentor, address), enter(browse, learner, address)
    assert grows(lev, "frames", by=5)
    button(mira, "Record").click()
    expect(mira.locator(".recording-words")).to_have_text("Waiting for Lev to agree")
    expect(lev.get_by_role("alertdialog", name="May this session be recorded?")).to_be_visible()
    lev.get_by_role("button", name="I agree").click()
    marks(mira, lev)
    began = time.monotonic()
    assert until(lambda: pieces(room_id) >= 4, 20), "pieces come up while the call goes on"
    tick(mira, "Knots")
    mira.wait_for_timeout(max(0, 8 - (time.monotonic() - began)) * 1000)
    button(mira, "End").click()
    expect(mira.get_by_text("The recording is saved.")).to_be_visible(timeout=40_000)  # its End can be undone for ten seconds
    lasted = session_lasted(room_id, time.monotonic() - began)
    path = film(room_id, site_folder)
    assert length(path) == pytest.approx(lasted, abs=3)
    seen = colours(path)
    assert sum(is_green(shown["mentor"]) for _, shown in seen) > 0.8 * len(seen), "the mentor is to be seen"
    assert sum(is_green(shown["learner"]) for _, shown in seen) > 0.6 * len(seen), "so is the learner"
    assert loudness(path) > 0.01, "and heard"
    with av.open(str(path)) as file:
        assert [chapter["metadata"]["title"] for chapter in file.chapters()] == ["Knots", "Afterwards"]
    for page, person in ((mira, mentor), (lev, learner)):
        part = page.request.get(f"{address}recording/watch", headers={"Range": "bytes=0-99"})
        assert (part.status, len(part.body())) == (206, 100), person.name
    stranger = browse(factories.learner("A Stranger")).new_page()
    assert stranger.request.get(f"{address}recording/watch").status == 404


def test_whoever_says_no_is_not_recorded(browse, scene):
    mentor, learner, address, room_id = scene
    mira, lev = enter(browse, mentor, address), enter(browse, learner, address)
    assert grows(lev, "frames", by=5)
    button(mira, "Record").click()
    lev.get_by_role("button", name="No", exact=True).click()
    expect(mira.get_by_text("Lev Park does not want to be recorded.")).to_be_visible()
    expect(mira.locator(".recording-mark")).to_be_hidden()
    expect(lev.get_by_role("alertdialog", name="May this session be recorded?")).to_be_hidden()
    assert segments(room_id) == []


def test_the_learner_stops_it_in_one_tap(browse, scene):
    mentor, learner, address, room_id = scene
    mira, lev = enter(browse, mentor, address), enter(browse, learner, address)
    start(mira, lev)
    button(lev, "Record").click()
    expect(mira.get_by_text("Lev Park stopped the recording.")).to_be_visible()
    expect(mira.locator(".recording-mark")).to_be_hidden()
    assert until(lambda: all(segment.is_whole for segment in segments(room_id)), 20), "what was captured is complete"


@pytest.mark.parametrize("lasts", [45, pytest.param(300, marks=pytest.mark.long)])
def test_the_recorder_crashes_in_the_middle_and_the_film_is_as_long_as_the_session(browse, scene, site_folder, lasts):
    mentor, learner, address, room_id = scene
    mira, lev = enter(browse, mentor, address), enter(browse, learner, address)
    start(mira, lev)
    began = time.monotonic()
    mira.wait_for_timeout(lasts / 3 * 1000)
    tick(mira, "Knots")
    assert until(lambda: pieces(room_id) >= 10, 20)
    mira.context.close()  # the browser is gone, with all it had not sent
    assert until(lambda: len(segments(room_id)) == 2, 30), "the learner's browser goes on"
    assert segments(room_id)[1].recorder_id == learner.id
    mira = enter(browse, mentor, address)
    assert grows(lev, "frames", by=5, within=20)
    lev.wait_for_timeout(max(1, lasts - (time.monotonic() - began)) * 1000)
    end(room_id)
    lasted = session_lasted(room_id, time.monotonic() - began)
    expect(lev.get_by_text("The recording is saved.")).to_be_visible(timeout=25_000)
    path = film(room_id, site_folder, within=240)  # two minutes are waited for what the lost browser may still have
    assert length(path) == pytest.approx(lasted, abs=3)
    with av.open(str(path)) as file:
        titles = [chapter["metadata"]["title"] for chapter in file.chapters()]
        assert titles[0] == "Knots"
        assert any(title.startswith("Not recorded") or "Not recorded" in title for title in titles)
    assert jumps_to(path, lasted - 5) == max(at for at in whole_pictures(path) if at <= lasted - 5), "as near as it was captured"
    shown = colours(path)[-1][1]
    assert is_green(shown["mentor"])
    assert is_green(shown["learner"])


def test_a_lost_network_costs_no_piece(browse, scene, site_folder):
    mentor, learner, address, room_id = scene
    mira, lev = enter(browse, mentor, address, mild=True), enter(browse, learner, address)
    start(mira, lev)
    began = time.monotonic()
    assert until(lambda: pieces(room_id) >= 3, 20)
    just_heard(mentor.id, db.session.get_one(Room, room_id).lesson_id)  # ten seconds of silence are allowed, and a beat may be five old
    network(mira, OFFLINE)
    mira.wait_for_timeout(5000)
    before = pieces(room_id)
    network(mira, MILD)
    marks(mira, lev)
    assert until(lambda: pieces(room_id) >= before + 6, 25), "what was captured meanwhile comes up"
    end(room_id)
    lasted = session_lasted(room_id, time.monotonic() - began)
    expect(mira.get_by_text("The recording is saved.")).to_be_visible(timeout=25_000)
    assert len(segments(room_id)) == 1, "one recorder, one segment: it never stopped"
    assert length(film(room_id, site_folder)) == pytest.approx(lasted, abs=3)


def test_a_network_lost_for_longer_hands_the_recording_on_and_costs_no_piece(browse, scene, site_folder):
    mentor, learner, address, room_id = scene
    mira, lev = enter(browse, mentor, address, mild=True), enter(browse, learner, address)
    start(mira, lev)
    began = time.monotonic()
    assert until(lambda: pieces(room_id) >= 3, 20)
    network(mira, OFFLINE)
    assert until(lambda: len(segments(room_id)) == 2 and segments(room_id)[1].chunks >= 3, 30), "the learner's browser goes on"
    before = segments(room_id)[0].chunks
    network(mira, MILD)
    marks(mira, lev)
    assert until(lambda: segments(room_id)[0].is_whole, 25), "the mentor's ends, and all that was captured comes up"
    assert segments(room_id)[0].chunks >= before + 8, "also what was captured while it had no network"
    end(room_id)
    lasted = session_lasted(room_id, time.monotonic() - began)
    expect(lev.get_by_text("The recording is saved.")).to_be_visible(timeout=25_000)
    assert [segment.recorder_id for segment in segments(room_id)] == [mentor.id, learner.id]
    path = film(room_id, site_folder)
    assert length(path) == pytest.approx(lasted, abs=3)
    with av.open(str(path)) as file:
        assert [chapter["metadata"]["title"] for chapter in file.chapters()] == [], "nothing is missing in between"


def test_a_reload_of_the_recorder_goes_on_and_sends_what_was_left(browse, scene, site_folder):
    mentor, learner, address, room_id = scene
    mira, lev = enter(browse, mentor, address), enter(browse, learner, address)
    start(mira, lev)
    assert until(lambda: pieces(room_id) >= 2, 20)
    mira.route("**/recording/**", lambda route: route.abort())  # nothing gets through: it stays in the browser
    before = pieces(room_id)
    assert until(lambda: mira.evaluate(LEFT) >= 3, 20), "a piece a second"
    mira.reload()
    mira.unroute("**/recording/**")
    marks(mira, lev)
    assert until(lambda: len(segments(room_id)) == 2 and segments(room_id)[0].is_whole, 25), "the first page's pieces come from the second"
    assert segments(room_id)[0].chunks >= before + 3
    assert [segment.recorder_id for segment in segments(room_id)] == [mentor.id] * 2
    mira.wait_for_timeout(3000)
    end(room_id)
    assert film(room_id, site_folder).exists()


def test_a_full_disk_on_the_server_stops_neither_the_call_nor_the_recording(browse, scene, site_folder, site):
    mentor, learner, address, room_id = scene
    mira, lev = enter(browse, mentor, address), enter(browse, learner, address)
    store = site_folder / "storage" / "recordings"
    start(mira, lev)
    assert until(lambda: pieces(room_id) >= 2, 20)
    aside = store.with_name("recordings-aside")
    store.rename(aside)
    store.write_text("no folder can be made where a file lies, as on a full disk")
    try:
        before = pieces(room_id)
        mira.wait_for_timeout(4000)
        assert pieces(room_id) <= before + 1
        assert grows(lev, "frames", by=20), "the call goes on"
    finally:
        store.unlink()
        aside.rename(store)
    assert until(lambda: pieces(room_id) >= before + 5, 40), "what waited comes up"
    end(room_id)
    assert film(room_id, site_folder).exists()


