"""Pieces of film become one file that plays, seeks and has chapters: judged by a real decoder."""

import io
from pathlib import Path

import av
import pytest

from app.live import media
from app.live.media import Mark
from app.live.media import Piece as Part
from tests.films import HEIGHT, WIDTH, chain, film, greys

LIGHT, DARK = 200, 60
SIZE = (WIDTH, HEIGHT)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "session.webm"


def test_a_segment_says_how_long_it_is_though_its_header_does_not():
    seen = media.look(chain(film(3, LIGHT)))
    assert seen.seconds == pytest.approx(3, abs=0.1)
    assert (seen.video, seen.audio, seen.width, seen.height) == ("vp8", "opus", WIDTH, HEIGHT)


def test_a_segment_whose_end_was_torn_off_is_as_long_as_what_is_left():
    data = film(4, LIGHT)
    assert 1 < media.look(chain(data[: int(len(data) * 0.6)])).seconds < 3.9


@pytest.mark.parametrize("data", [b"", b"no film at all", b"\x1aE\xdf\xa3" + b"\0" * 400])
def test_what_is_no_film_is_said_to_be_none(data):
    with pytest.raises(media.Unreadable):
        media.look(media.Chain(iter([data] if data else [])))


def test_two_segments_and_the_hole_between_them_play_in_order(target):
    parts = [
        Part(0, 2, lambda: chain(film(2.5, LIGHT))),
        Part(2, 3, None, "The recording was interrupted here."),
        Part(5, 2, lambda: chain(film(2, DARK))),
    ]
    told = []
    media.join(parts, [Mark(0, 2, "Knots"), Mark(2, 7, "Braids")], target, SIZE, told.append)
    seen = greys(target.read_bytes())
    assert all(abs(grey - LIGHT) < 8 for second, grey in seen.items() if second < 1.99)
    assert all(grey < 50 for second, grey in seen.items() if 2.1 < second < 4.99)
    assert all(abs(grey - DARK) < 8 for second, grey in seen.items() if second > 5.1)
    assert told == sorted(told)
    assert told[-1] == 1
    with av.open(str(target)) as file:
        assert file.duration / 1e6 == pytest.approx(7, abs=0.2)
        assert [one["metadata"]["title"] for one in file.chapters()] == ["Knots", "Braids"]


def test_the_file_can_be_entered_at_any_moment(target):
    media.join([Part(0, 4, lambda: chain(film(4, LIGHT))), Part(4, 4, lambda: chain(film(4, DARK)))], [], target, SIZE, lambda _: None)
    with av.open(str(target)) as file:
        file.seek(5_000_000)
        frame = next(file.decode(video=0))
        assert frame.pts * frame.time_base == pytest.approx(4, abs=0.2), "the picture from which five seconds can be drawn"
    assert b"\x1c\x53\xbb\x6b" in target.read_bytes()[:4096], "the index stands in front: players need not fetch the end first"


def test_what_safari_records_is_made_to_fit(target):
    media.join(
        [Part(0, 2, lambda: chain(film(2, LIGHT))), Part(2, 2, lambda: chain(film(2, DARK, kind="mp4")))], [], target, SIZE, lambda _: None
    )
    seen = greys(target.read_bytes())
    assert abs(seen[max(seen)] - DARK) < 8
    assert max(seen) == pytest.approx(3.9, abs=0.15)
    with av.open(io.BytesIO(target.read_bytes())) as file:
        sound = sum(frame.samples for frame in file.decode(audio=0)) / 48_000
    assert sound == pytest.approx(4, abs=0.3)
