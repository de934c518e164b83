"""Open slots: a clock on the wall means the same all year, what is shown can be booked, and nothing else can."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.errors import Invalid
from app.lessons.clock_changes import shifts
from app.lessons.explaining_slots import sentence
from app.lessons.hours import in_order, minute_of
from app.lessons.plan import Absence, Journey, OtherHours, Plan, first_moment_showing, moment_at, wall_at
from app.lessons.slots import Busy, Rule, nearest, slots, starts_on, why_not

ZONES = (
    "UTC", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca", "America/Santiago",
    "Pacific/Apia", "Asia/Tehran", "Europe/Dublin", "Pacific/Chatham", "Europe/Berlin", "America/New_York", "America/Los_Angeles",
    "America/Sao_Paulo", "America/Havana", "America/Asuncion", "Asia/Beirut", "Asia/Gaza", "Africa/Cairo", "Europe/Lisbon",
    "Europe/London", "Australia/Sydney", "Australia/Adelaide", "Pacific/Auckland", "Atlantic/Azores", "America/Nuuk", "Asia/Jerusalem",
    "Pacific/Kiritimati", "Asia/Tokyo", "Africa/El_Aaiun", "Antarctica/Troll",
)  # fmt: skip
ALL_DAY = ((0, 24 * 60),)
EVERY_DAY = dict.fromkeys(range(7), ALL_DAY)
MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def plan(zone: str = "UTC", hours=((540, 1020),), **rules) -> Plan:
    return Plan(zone, dict.fromkeys(range(7), hours), **{"notice": 0, **rules})


def changes_of(zone: str, year: int) -> list[date]:
    """The days of a year on which a zone's clocks change (and the days before and after)."""
    there = ZoneInfo(zone)
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    offset = {day: datetime(day.year, day.month, day.day, tzinfo=there).utcoffset() for day in [*days, date(year + 1, 1, 1)]}
    found = {day for day in days if offset[day] != offset[day + timedelta(days=1)]}
    return sorted({day + timedelta(days=more) for day in found for more in (-1, 0, 1)})


@pytest.mark.parametrize("year", [2025, 2026])
@pytest.mark.parametrize("zone", ZONES)
def test_on_every_clock_change_slots_are_times_the_wall_shows_once_and_sessions_keep_their_length(zone: str, year: int) -> None:
    there = ZoneInfo(zone)
    for day in changes_of(zone, year):
        for minutes, step in ((60, 15), (45, 30), (120, 60)):
            found = list(starts_on(plan(zone, ALL_DAY, step=step), day, minutes))
            walls = [start.astimezone(there) for start in found]
            assert all(wall.date() == day for wall in walls)
            assert len({wall.replace(tzinfo=None, fold=0) for wall in walls}) == len(found), "one wall time, one slot"
            assert found == sorted(set(found))
            assert all(wall.fold == 0 for wall in walls), "the second of two is nobody's"
            midnight = first_moment_showing(day, 24 * 60, there)
            assert all(start + timedelta(minutes=minutes) <= midnight for start in found)
            for start, wall in zip(found, walls, strict=True):
                shown = wall.replace(tzinfo=None)
                assert (shown - wall_at(day, 0)).total_seconds() % (step * 60) == 0, "on the grid of the wall clock"
                assert moment_at(day, int((shown - wall_at(day, 0)).total_seconds() // 60), there) == start


@pytest.mark.parametrize("zone", ZONES)
def test_nine_o_clock_stays_nine_o_clock_all_year(zone: str) -> None:
    nine = plan(zone, ((540, 600),), horizon=365)
    found = slots(nine, (), datetime(2026, 1, 1, tzinfo=UTC), 60)
    walls = {f"{start.astimezone(ZoneInfo(zone)):%H:%M}" for start in found}
    assert walls == {"09:00"}
    assert len(found) >= 364


zones, minutes_of_day = st.sampled_from(ZONES), st.integers(0, 95).map(lambda quarter: quarter * 15)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 6, 1)).map(lambda naive: naive.replace(microsecond=0, tzinfo=UTC))


@st.composite
def weeks(draw) -> dict[int, tuple[tuple[int, int], ...]]:
    days = {}
    for weekday in range(7):
        edges = sorted(draw(st.sets(minutes_of_day, max_size=4)))
        days[weekday] = tuple(zip(edges[::2], edges[1::2], strict=False))
    return days


@st.composite
def plans(draw) -> Plan:
    first = draw(st.dates(date(2025, 1, 1), date(2027, 1, 1)))
    length = st.integers(0, 9).map(lambda days: timedelta(days=days))
    return Plan(
        draw(zones),
        draw(weeks()),
        other_hours=tuple(draw(st.lists(st.builds(lambda n: OtherHours(first, first + n, ((600, 720),)), length), max_size=1))),
        journeys=tuple(draw(st.lists(st.builds(lambda n, z: Journey(first, first + n, z), length, zones), max_size=2))),
        absences=tuple(draw(st.lists(st.builds(lambda n: Absence(first + n, first + 2 * n), length), max_size=1))),
        buffer_before=draw(st.sampled_from([0, 10])),
        buffer_after=draw(st.sampled_from([0, 15])),
        notice=draw(st.sampled_from([0, 120, 1440])),
        horizon=draw(st.sampled_from([7, 30])),
        daily_limit=draw(st.sampled_from([None, 1, 3])),
        step=draw(st.sampled_from([15, 30, 60])),
    )


@st.composite
def diaries(draw, at: datetime) -> list[Busy]:
    moment, busy = at, []
    for gap, length in draw(st.lists(st.tuples(st.integers(0, 900), st.integers(15, 180)), max_size=12)):
        begin = moment + timedelta(minutes=gap)
        moment = begin + timedelta(minutes=length)
        busy.append(Busy(begin, moment, draw(st.booleans())))
    return busy


@settings(max_examples=150)
@given(st.data())
def test_what_is_shown_is_bookable_and_what_is_bookable_is_shown(data) -> None:
    at, mine, minutes = data.draw(moments), data.draw(plans()), data.draw(st.sampled_from([15, 45, 60, 120]))
    busy = data.draw(diaries(at))
    shown = slots(mine, busy, at, minutes)
    assert shown == sorted(set(shown))
    assert [why_not(mine, busy, at, minutes, start) for start in shown] == [None] * len(shown)
    quarter = at.replace(minute=0, second=0) + timedelta(minutes=15) * data.draw(st.integers(-100, 35 * 96))
    assert (why_not(mine, busy, at, minutes, quarter) is None) == (quarter in shown)


@settings(max_examples=100)
@given(st.data())
def test_a_slot_keeps_every_rule_and_is_the_same_instant_for_both(data) -> None:
    at, mine, minutes, theirs = data.draw(moments), data.draw(plans()), data.draw(st.sampled_from([30, 60])), data.draw(zones)
    busy = data.draw(diaries(at))
    length = timedelta(minutes=minutes)
    for start in slots(mine, busy, at, minutes):
        shown = {start.astimezone(ZoneInfo(zone)).timestamp() for zone in (theirs, mine.timezone)}
        assert shown == {start.timestamp()}  # as numbers: in an hour that happens twice Python holds no two zones for equal
        assert at + timedelta(minutes=mine.notice) <= start <= at + timedelta(days=mine.horizon)
        gaps = [max(one.starts_at - (start + length), start - one.ends_at) for one in busy]
        assert all(gap >= mine.between for gap in gaps)
        assert (
            mine.daily_limit is None
            or sum(one.teaches and mine.day_of(one.starts_at) == mine.day_of(start) for one in busy) < mine.daily_limit
        )
        wall = start.astimezone(ZoneInfo(mine.zone_on(mine.day_of(start)))).replace(tzinfo=None)
        assert wall.second == 0


@settings(max_examples=60)
@given(plans(), moments)
def test_a_week_at_a_time_shows_the_same_as_all_at_once(mine: Plan, at: datetime) -> None:
    pieces = [
        start
        for week in range(6)
        for start in slots(mine, (), at, 60, since=at + week * timedelta(days=7), until=at + (week + 1) * timedelta(days=7))
    ]
    assert pieces == slots(mine, (), at, 60)


def test_each_rule_says_its_name() -> None:
    rules = plan(
        "Asia/Kolkata", step=60, notice=120, horizon=30, buffer_before=10, buffer_after=5, daily_limit=2,
        other_hours=(OtherHours(date(2026, 3, 10), date(2026, 3, 10)),), absences=(Absence(date(2026, 3, 12), date(2026, 3, 13)),),
    )  # fmt: skip
    taught = datetime(2026, 3, 4, 6, 30, tzinfo=UTC)  # 12:00 to 13:00
    full = datetime(2026, 3, 5, 3, 30, tzinfo=UTC)
    busy = [Busy(taught, taught + HOUR), Busy(full, full + HOUR), Busy(full + 4 * HOUR, full + 5 * HOUR)]

    def rule(*wall: int) -> Rule | None:
        return why_not(rules, busy, MONDAY, 60, datetime(*wall, tzinfo=ZoneInfo("Asia/Kolkata")).astimezone(UTC))

    assert rule(2026, 3, 2, 9, 0) is Rule.PAST
    assert rule(2026, 3, 2, 15, 0) is Rule.NOTICE
    assert rule(2026, 4, 20, 9, 0) is Rule.HORIZON
    assert rule(2026, 3, 12, 9, 0) is Rule.AWAY
    assert rule(2026, 3, 10, 9, 0) is Rule.CLOSED
    assert rule(2026, 3, 3, 8, 0) is Rule.OUTSIDE
    assert rule(2026, 3, 3, 16, 30) is Rule.TOO_LONG
    assert rule(2026, 3, 3, 9, 30) is Rule.STEP
    assert rule(2026, 3, 4, 12, 0) is Rule.BUSY
    assert rule(2026, 3, 4, 13, 0) is Rule.BUFFER
    assert rule(2026, 3, 4, 11, 0) is Rule.BUFFER
    assert rule(2026, 3, 4, 15, 0) is None
    assert rule(2026, 3, 5, 15, 0) is Rule.DAILY
    said = {sentence(one, rules, "Mira", taught) for one in Rule}
    assert len(said) == len(Rule)
    assert any("12:00 in Asia/Kolkata" in text and "09:00–17:00" in text for text in said)


def test_sessions_may_touch_when_there_is_no_buffer() -> None:
    busy = [Busy(datetime(2026, 3, 3, 10, tzinfo=UTC), datetime(2026, 3, 3, 11, tzinfo=UTC))]
    found = [start.hour for start in slots(plan(step=60, horizon=2), busy, MONDAY, 60) if start.day == 3]
    assert found == [9, 11, 12, 13, 14, 15, 16]


def test_on_a_journey_the_hours_are_meant_there() -> None:
    away = plan("Asia/Kolkata", step=60, journeys=(Journey(date(2026, 3, 4), date(2026, 3, 5), "America/New_York"),), horizon=6)
    first = {start.date(): start for start in reversed(slots(away, (), MONDAY, 60))}
    assert first[date(2026, 3, 3)].hour * 60 + first[date(2026, 3, 3)].minute == 3 * 60 + 30
    assert f"{first[date(2026, 3, 4)]:%H:%M}" == "14:00"
    assert f"{first[date(2026, 3, 6)]:%H:%M}" == "03:30"


def test_hours_that_end_in_a_gap_end_when_the_clock_jumps() -> None:
    night = plan("Europe/Berlin", ((60, 150),), step=30)
    found = [f"{start:%H:%M}" for start in starts_on(night, date(2026, 3, 29), 30)]
    assert found == ["00:00", "00:30"]  # 01:00 and 01:30 in Berlin; 02:00 does not exist
    assert first_moment_showing(date(2026, 3, 29), 150, ZoneInfo("Europe/Berlin")) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_clock_changes_that_move_hours_are_told_before() -> None:
    moved = shifts(plan("Asia/Kolkata"), "Europe/London", datetime(2026, 3, 10, tzinfo=UTC))
    assert [(shift.at, shift.minutes, shift.zone) for shift in moved] == [
        (datetime(2026, 3, 29, 1, tzinfo=UTC), 60, "Europe/London")
    ]
    assert shifts(plan("Europe/Berlin"), "Europe/London", datetime(2026, 3, 10, tzinfo=UTC)) == []  # both change at one moment
    apart = shifts(plan("America/New_York"), "Europe/London", datetime(2026, 3, 5, tzinfo=UTC))
    assert [shift.minutes for shift in apart] == [-60, 60]


def test_the_nearest_slots_come_in_order() -> None:
    found = [MONDAY + number * HOUR for number in (1, 2, 9, 10)]
    assert nearest(found, MONDAY + 8 * HOUR) == [found[1], found[2], found[3]]


@pytest.mark.parametrize(("text", "minute"), [("09:30", 570), ("9:05", 545), ("00:00", 0), ("23:59", 1439), ("09:30:00", 570)])
def test_times_are_read(text: str, minute: int) -> None:
    assert minute_of(text) == minute


@pytest.mark.parametrize("text", ["", "24:00", "12:60", "noon", "-1:00", "١٢:٠٠", "09:30:30", "9", "1e3:00", "99:99"])
def test_nonsense_is_no_time(text: str) -> None:
    with pytest.raises(Invalid):
        minute_of(text)


def test_midnight_is_an_end_but_a_day_has_no_24th_hour_to_begin_in() -> None:
    assert minute_of("24:00", is_end=True) == minute_of("00:00", is_end=True) == 1440
    with pytest.raises(Invalid):
        minute_of("24:01", is_end=True)


def test_ranges_that_touch_are_one_and_those_that_overlap_are_refused() -> None:
    assert in_order([(600, 720), (540, 600)]) == ((540, 720),)
    for wrong in ([(600, 540)], [(540, 540)], [(540, 660), (600, 720)], [(-5, 10)], [(0, 1441)]):
        with pytest.raises(Invalid):
            in_order(wrong)
