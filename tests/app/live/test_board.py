"""The whiteboard: a log of deeds in one order for all, in which nothing is lost and nothing stands twice."""

import json
from datetime import timedelta

import pytest

from app.extensions import db
from app.kernel import clock
from app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from app.live import board, board_lock, board_queries, queries, service
from app.live.board_messages import BOARD_NUMBERS, BOARD_PAGES, BOARD_UNDO, Draw, Mark
from app.live.board_pages import pages_of
from app.live.events import BoardChanged, BoardLockTurned
from app.live.models import BoardDeed, Room, Whiteboard
from tests import factories

pytestmark = pytest.mark.database


@pytest.fixture
def room(mentor, learner) -> Room:
    return queries.room_of(factories.joinable(learner, mentor).lesson_id)


def mark(*points: int, colour="ink", width=4, text="") -> Mark:
    return Mark(colour, width, list(points) or [10, 10, 5, 5], text)


def deed(client_id: str, kind="stroke", *, page=1, look=None, targets=None, paper=None) -> Draw:
    has_mark = kind in (*board_queries.DRAWINGS, "edit")
    return Draw(f"deed-{client_id}", page, kind, (look or mark()) if has_mark else None, targets, paper)


def key(person, client_id: str) -> str:
    return f"{person.id}:deed-{client_id}"


def draw(person, room, *args, **extra) -> BoardDeed:
    return board.draw(person, room.public_id, deed(*args, **extra))


def look(room, since=0, most=65_536):
    return board_queries.look(room, since=since, most=most)


def everything(room) -> list:
    """All that a newcomer's browser gets, part by part."""
    found, since = [], 0
    while True:
        part = look(room, since)
        found += part.deeds
        if part.upto >= part.version:
            return found
        assert part.upto > since, "the browser would ask for ever"
        since = part.upto


# The log


def test_deeds_of_all_stand_in_one_order_and_count_up_by_one(room, mentor, learner, heard):
    draw(mentor, room, "0001", look=mark(0, 0, 1600, 1000))
    draw(learner, room, "0001", "rectangle", look=mark(10, 20, 30, 40, colour="red"))
    draw(mentor, room, "0002", "text", look=mark(100, 200, text="x² + y²", width=36))
    found = everything(room)
    assert [(one.number, one.sender, one.kind) for one in found] == [
        (1, mentor.id, "stroke"),
        (2, learner.id, "rectangle"),
        (3, mentor.id, "text"),
    ]
    assert found[1].mark == mark(10, 20, 30, 40, colour="red")
    assert found[2].mark.text == "x² + y²"
    assert board_queries.version(room) == 3
    assert len(heard.of(BoardChanged)) == 3


def test_a_deed_stands_once_however_often_it_is_sent(room, learner, heard):
    first = draw(learner, room, "0001")
    again = draw(learner, room, "0001")
    assert first.id == again.id
    assert board_queries.version(room) == 1
    assert len(heard.of(BoardChanged)) == 1


def test_a_deed_of_another_session_is_not_handed_out_here(room, mentor):
    next_one = factories.lesson(mentor, starts_in=timedelta(minutes=70))
    factories.confirmed(factories.learner("Ana Other"), next_one)
    draw(mentor, room, "0001")
    with clock.stopped(next_one.starts_at - timedelta(minutes=10)), pytest.raises(Conflict):
        draw(mentor, queries.room_of(next_one.id), "0001")


def test_a_new_board_is_empty_and_costs_nothing_to_look_at(room):
    assert look(room).deeds == []
    assert board_queries.version(room) == 0
    assert db.session.query(Whiteboard).count() == 0


def test_whoever_comes_back_asks_for_the_tail_only(room, mentor):
    for number in range(5):
        draw(mentor, room, f"000{number}")
    assert [one.number for one in look(room, 3).deeds] == [4, 5]
    assert look(room, 5).deeds == []


def test_strangers_find_nothing_and_after_the_end_nothing_is_drawn(room, mentor, learner):
    with pytest.raises(NotFound):
        draw(factories.learner("A Stranger"), room, "0001")
    service.close(room.id)
    with pytest.raises(service.SessionOver):
        draw(learner, room, "0001")
    assert board_queries.version(room) == 0


# Erasing, undoing, pages


def test_the_eraser_takes_anybodys_drawings_and_only_those_that_are_there(room, mentor, learner):
    draw(mentor, room, "0001")
    draw(learner, room, "0002")
    erased = draw(learner, room, "0003", "erase", targets=[key(mentor, "0001"), key(learner, "0002"), key(mentor, "nowhere")])
    assert board_queries.deed_of(erased).targets == [key(mentor, "0001"), key(learner, "0002")]
    with pytest.raises(Invalid):
        draw(learner, room, "0004", "erase", targets=[key(learner, "0003")])


def test_everybody_undoes_and_redoes_what_they_did_themselves(room, mentor, learner):
    draw(mentor, room, "0001")
    undone = draw(mentor, room, "0002", "undo", targets=[key(mentor, "0001")])
    redone = draw(mentor, room, "0003", "redo", targets=[key(mentor, "0001")])
    assert [undone.number, redone.number] == [2, 3]
    draw(learner, room, "0001")  # the same name of his own makes hers no less hers
    for kind in ("undo", "redo"):
        with pytest.raises(Invalid, match="yourself"):
            draw(learner, room, f"{kind}-1", kind, targets=[key(mentor, "0001")])
        with pytest.raises(Invalid, match="yourself"):
            draw(mentor, room, f"{kind}-2", kind, targets=[key(mentor, "0002")])
        with pytest.raises(Invalid, match="yourself"):
            draw(mentor, room, f"{kind}-3", kind, targets=[key(mentor, "nowhere")])


def test_what_lies_fifty_deeds_back_stands(room, mentor):
    for number in range(BOARD_UNDO + 1):
        draw(mentor, room, f"{number:04}")
    draw(mentor, room, "undo-1", "undo", targets=[key(mentor, "0001")])
    with pytest.raises(Conflict, match="too long ago"):
        draw(mentor, room, "undo-2", "undo", targets=[key(mentor, "0000")])


def test_a_page_comes_after_the_last_one_and_two_who_add_it_at_once_share_it(room, mentor, learner):
    with pytest.raises(Invalid, match="not there yet"):
        draw(mentor, room, "0001", page=2)
    with pytest.raises(Invalid, match="not there yet"):
        draw(mentor, room, "0002", "page", page=3)
    draw(mentor, room, "0003", "page", page=2)
    draw(learner, room, "0004", "page", page=2)
    draw(learner, room, "0005", page=2)
    assert look(room).pages == 2
    for page in range(3, BOARD_PAGES + 1):
        draw(mentor, room, f"page-{page}", "page", page=page)
    assert look(room).pages == BOARD_PAGES


def test_a_page_has_the_paper_that_was_chosen_last_and_whoever_chose_it_may_undo_that(room, mentor, learner):
    draw(mentor, room, "p1", "paper", paper="lines")
    chosen = draw(learner, room, "p2", "paper", paper="squares")
    assert board_queries.deed_of(chosen).paper == "squares"
    draw(mentor, room, "new", "page", page=2)
    draw(mentor, room, "0001", page=2)
    assert [page["paper"] for page in standing(room)] == ["squares", "plain"], "each page has its own"
    with pytest.raises(Invalid, match="yourself"):
        draw(mentor, room, "u1", "undo", targets=[key(learner, "p2")])
    draw(learner, room, "u2", "undo", targets=[key(learner, "p2")])
    draw(learner, room, "c1", "clear")
    assert [page["paper"] for page in standing(room)] == ["lines", "plain"], "clearing a page leaves its paper"
    assert [one.paper for one in everything(room) if one.kind == "paper"] == ["lines", "squares"]


def test_a_board_with_paper_and_nothing_on_it_leaves_nothing(room, mentor):
    draw(mentor, room, "p1", "paper", paper="axes")
    assert standing(room) == []


def standing(room) -> list[dict]:
    """The pages as the page after the session and the PDF get them."""
    return json.loads(pages_of(room))


# Notes


def note(*points: int, text="Check the sign", **look) -> Mark:
    return mark(*(points or (100, 100)), text=text, width=28, **look)


def notes(room) -> list[tuple]:
    """Each note that stands: where, and what it says."""
    return [(*one["mark"]["points"], one["mark"]["text"]) for page in standing(room) for one in page["drawings"]]


def test_a_note_is_moved_and_rewritten_by_whoever_wrote_it_and_by_the_mentor(room, mentor, learner):
    draw(learner, room, "n1", "note", look=note())
    stranger = factories.learner("Third Person")
    moved = draw(learner, room, "e1", "edit", look=note(700, 300), targets=[key(learner, "n1")])
    assert board_queries.deed_of(moved).mark == note(700, 300)
    assert board_queries.deed_of(moved).targets == [key(learner, "n1")]
    draw(mentor, room, "e2", "edit", look=note(700, 300, text="Well checked"), targets=[key(learner, "n1")])
    assert notes(room) == [(700, 300, "Well checked")]
    draw(mentor, room, "u1", "undo", targets=[key(mentor, "e2")])
    assert notes(room) == [(700, 300, "Check the sign")]
    draw(learner, room, "u2", "undo", targets=[key(learner, "e1")])
    assert notes(room) == [(100, 100, "Check the sign")], "each undoes their own"
    with pytest.raises(NotFound):
        draw(stranger, room, "e3", "edit", look=note(), targets=[key(learner, "n1")])


def test_a_learner_cannot_change_the_mentors_note_but_erase_it_as_anything_else(room, mentor, learner):
    draw(mentor, room, "n1", "note", look=note())
    with pytest.raises(NotAllowed, match="Only whoever wrote a note, and the mentor"):
        draw(learner, room, "e1", "edit", look=note(700, 300), targets=[key(mentor, "n1")])
    assert notes(room) == [(100, 100, "Check the sign")]
    draw(learner, room, "x1", "erase", targets=[key(mentor, "n1")])
    draw(mentor, room, "e2", "edit", look=note(700, 300), targets=[key(mentor, "n1")])
    assert notes(room) == [], "what was erased is not brought back by moving it"
    draw(learner, room, "u1", "undo", targets=[key(learner, "x1")])
    assert notes(room) == [(700, 300, "Check the sign")]


def test_only_a_note_of_that_page_is_changed(room, mentor):
    draw(mentor, room, "s1")
    draw(mentor, room, "n1", "note", look=note())
    draw(mentor, room, "p2", "page", page=2)
    for page, target in ((1, "s1"), (1, "nowhere"), (2, "n1")):
        with pytest.raises(Invalid, match="not on this page"):
            draw(mentor, room, f"e-{target}", "edit", page=page, look=note(), targets=[key(mentor, target)])


# The mentor's lock


def test_while_it_is_locked_the_mentor_alone_draws_and_what_stood_already_is_not_refused_again(room, mentor, learner, heard):
    sent = draw(learner, room, "0001")
    board_lock.lock(mentor, room.public_id, on=True)
    board_lock.lock(mentor, room.public_id, on=True)
    assert len(heard.of(BoardLockTurned)) == 1
    assert draw(learner, room, "0001").id == sent.id, "its answer was lost: it stands, and is not drawn twice"
    for kind, extra in (("stroke", {}), ("clear", {}), ("undo", {"targets": [key(learner, "0001")]}), ("paper", {"paper": "lines"})):
        with pytest.raises(board.BoardLocked):
            draw(learner, room, f"{kind}-1", kind, **extra)
    draw(mentor, room, "0002")
    assert [one.client_id for one in everything(room)] == ["deed-0001", "deed-0002"]
    board_lock.lock(mentor, room.public_id, on=False)
    draw(learner, room, "stroke-1")
    assert board_queries.version(room) == 3


def test_an_empty_board_can_be_locked_and_the_lock_is_in_the_database(room, mentor, learner):
    assert not board_lock.is_locked(room)
    board_lock.lock(mentor, room.public_id, on=True)
    db.session.expire_all()
    assert board_lock.is_locked(room)
    with pytest.raises(board.BoardLocked):
        board_lock.require_free(learner.id, room.public_id)
    board_lock.require_free(mentor.id, room.public_id)
    with pytest.raises(NotAllowed):
        board_lock.lock(learner, room.public_id, on=False)
    with pytest.raises(NotFound):
        board_lock.lock(factories.mentor("Another Mentor"), room.public_id, on=False)


# A newcomer does not get what nobody can bring back


def newcomer(room) -> set[str]:
    """Own ids of the drawings in the parts that a newcomer gets."""
    return {one.client_id for one in everything(room) if one.kind in board_queries.DRAWINGS}


def test_what_was_erased_or_undone_long_ago_is_not_sent_and_the_rest_is(room, mentor, learner, monkeypatch):
    monkeypatch.setattr(board_queries, "PART_DEEDS", 7)
    for name in ("erased", "undone", "redone", "spared"):
        draw(mentor, room, name)
    draw(learner, room, "e1", "erase", targets=[key(mentor, "erased")])
    draw(learner, room, "e2", "erase", targets=[key(mentor, "spared")])
    draw(learner, room, "u1", "undo", targets=[key(learner, "e2")])
    for name in ("undone", "redone"):
        draw(mentor, room, f"u-{name}", "undo", targets=[key(mentor, name)])
    draw(mentor, room, "r-redone", "redo", targets=[key(mentor, "redone")])
    assert newcomer(room) == {"deed-erased", "deed-undone", "deed-redone", "deed-spared"}, "all of it may still come back"
    for number in range(BOARD_UNDO):
        draw(mentor, room, f"m{number:03}")
    assert newcomer(room) & {"deed-erased", "deed-undone"} == {"deed-erased"}, "Lev may still undo his erasing"
    for number in range(BOARD_UNDO):
        draw(learner, room, f"l{number:03}")
    assert newcomer(room) >= {"deed-redone", "deed-spared", "deed-m000", "deed-l000"}
    assert newcomer(room) & {"deed-erased", "deed-undone"} == set()


def test_a_page_cleared_long_ago_is_not_sent_but_what_came_after_is(room, mentor, monkeypatch):
    monkeypatch.setattr(board_queries, "PART_DEEDS", 7)
    draw(mentor, room, "p2", "page", page=2)
    draw(mentor, room, "before")
    draw(mentor, room, "elsewhere", page=2)
    draw(mentor, room, "c1", "clear")
    for number in range(BOARD_UNDO):
        draw(mentor, room, f"m{number:03}")
    assert "deed-before" not in newcomer(room)
    assert newcomer(room) >= {"deed-elsewhere", "deed-m000"}


def test_a_large_board_comes_in_parts_that_fit_a_message(room, mentor):
    long = mark(800, 500, *[1, -1, -1, 1] * (BOARD_NUMBERS // 4 - 1))
    for number in range(30):
        draw(mentor, room, f"{number:04}", look=long)
    first = look(room)
    assert 0 < len(first.deeds) < 30
    assert first.upto < first.version == 30
    assert [one.number for one in everything(room)] == list(range(1, 31))
    assert len(look(room, most=4096).deeds) < len(first.deeds), "a slow line gets less at once"
    assert look(room, most=1).upto == 1, "but never nothing"


# What is refused


@pytest.mark.parametrize(
    "wanted",
    [
        Draw("deed-0001", 1, "stroke", None, None),
        Draw("deed-0001", 1, "clear", mark(), None),
        Draw("deed-0001", 1, "erase", None, None),
        Draw("deed-0001", 1, "page", None, ["1:deed-0000"]),
        Draw("deed-0001", 1, "undo", None, ["1:deed-0000", "1:deed-0002"]),
        Draw("deed-0001", 1, "paper", None, None),
        Draw("deed-0001", 1, "clear", None, None, "lines"),
        Draw("deed-0001", 1, "paper", mark(), None, "lines"),
        deed("0001", look=mark(10, 10, 5)),
        deed("0001", look=mark(-1, 10)),
        deed("0001", look=mark(1600, 1000, 0, 1)),
        deed("0001", look=mark(800, 500, -801, 0)),
        deed("0001", look=mark(text="words")),
        deed("0001", "line", look=mark(1, 1)),
        deed("0001", "ellipse", look=mark(1, 1, 1, 1, 1, 1)),
        deed("0001", "text", look=mark(1, 1, text="")),
        deed("0001", "text", look=mark(1, 1, text="\u202e \u200b")),
        deed("0001", "text", look=mark(1, 1, 2, 2, text="x")),
        deed("0001", "note", look=mark(1, 1, text="\u200b")),
        deed("0001", "note", look=mark(1281, 1, text="over the edge")),
        deed("0001", "note", look=mark(1, 761, text="over the edge")),
        deed("0001", "note", look=mark(1, 1, text="\n".join("abcdefghijklm"))),
        deed("0001", "note", look=mark(1, 1, 2, 2, text="x")),
        Draw("deed-0001", 1, "edit", mark(1, 1, text="x"), None),
        Draw("deed-0001", 1, "edit", None, ["1:deed-0000"]),
        Draw("deed-0001", 1, "edit", mark(1, 1, text="x"), ["1:deed-0000", "1:deed-0002"]),
        Draw("deed-0001", 1, "edit", mark(1, 1, 2, 2), ["1:deed-0000"]),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_changes_nothing(room, mentor, wanted):
    with pytest.raises(Invalid) as refusal:
        board.draw(mentor, room.public_id, wanted)
    assert refusal.value.message
    assert board_queries.version(room) == 0


def test_words_are_kept_as_text_without_tricks(room, mentor):
    stored = draw(mentor, room, "0001", "text", look=mark(1, 1, text=" <b>abc\u202egnp.exe\x00</b> "))
    assert board_queries.deed_of(stored).mark.text == "<b>abcgnp.exe</b>"


@pytest.mark.parametrize("limit", ["MOST_DRAWINGS", "MOST_BYTES"])
def test_a_full_board_takes_no_more_drawings_and_says_that_nothing_is_lost(room, mentor, monkeypatch, limit):
    monkeypatch.setattr(board, limit, 3 if limit == "MOST_DRAWINGS" else 250)
    for number in range(3):
        draw(mentor, room, f"000{number}")
    with pytest.raises(board.BoardFull, match="What is on it stays"):
        draw(mentor, room, "0009")
    assert [one.number for one in everything(room)] == [1, 2, 3]
    if limit == "MOST_DRAWINGS":
        draw(mentor, room, "u1", "undo", targets=[key(mentor, "0002")])
        draw(mentor, room, "c1", "clear")
