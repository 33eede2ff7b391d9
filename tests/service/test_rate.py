import pytest

from benzosafe.service.rate import MOST_CALLERS, Rate


def test_a_burst_then_the_rate():
    rate = Rate(per_minute=60, burst=3)
    assert [rate.wait_seconds("a", 100.0) for _ in range(4)] == [0, 0, 0, pytest.approx(1)]
    assert rate.wait_seconds("a", 100.5) == pytest.approx(0.5)
    assert rate.wait_seconds("a", 101.0) == 0
    assert rate.wait_seconds("a", 101.0) > 0


def test_callers_do_not_share():
    rate = Rate(60, 1)
    assert rate.wait_seconds("a", 0) == 0 and rate.wait_seconds("a", 0) > 0 and rate.wait_seconds("b", 0) == 0


def test_a_long_pause_fills_no_more_than_the_burst():
    rate = Rate(60, 2)
    rate.wait_seconds("a", 0)
    assert [rate.wait_seconds("a", 1e6) for _ in range(3)] == [0, 0, pytest.approx(1)]


def test_a_clock_that_goes_back_gives_nothing():
    rate = Rate(60, 1)
    rate.wait_seconds("a", 100)
    assert rate.wait_seconds("a", 50) > 0


def test_looking_uses_nothing():
    rate = Rate(60, 1)
    assert not rate.is_empty("a", 0) and not rate.is_empty("a", 0)
    rate.wait_seconds("a", 0)
    assert rate.is_empty("a", 0) and not rate.is_empty("a", 1)


def test_memory_is_bounded_and_the_busy_are_remembered():
    rate = Rate(1, 1)
    rate.wait_seconds("busy", 0)
    for number in range(3 * MOST_CALLERS):
        rate.wait_seconds(f"one-off {number}", 0)
        assert rate.wait_seconds("busy", 0) > 0
    assert len(rate._buckets) == MOST_CALLERS
