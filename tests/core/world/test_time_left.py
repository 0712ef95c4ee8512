"""The time that a world still takes, and how it is told."""
import pytest

from worldstereo.core.world.time_left import about, time_left


@pytest.mark.parametrize("seconds, words", [
    (0, "about 10 s"), (14, "about 10 s"), (43, "about 40 s"), (89, "about 90 s"), (100, "about 2 min"),
    (350, "about 6 min"), (89 * 60, "about 89 min"), (5400, "about 1.5 h"), (9000, "about 2.5 h")])
def test_a_time_is_told_no_more_exactly_than_it_is_known(seconds, words):
    assert about(seconds) == words


def test_what_is_left_is_the_sum_of_the_stages_less_what_is_over():
    seconds = {"render": 2.0, "sample": 60.0, "decode": 8.0}
    assert time_left(["sample", "decode", "render", "sample", "decode"], seconds, 45) == 93
    assert time_left(["sample", "save"], seconds, 45) == 15  # saving has not been measured yet
    assert time_left(["sample"], seconds, 70) == 0
