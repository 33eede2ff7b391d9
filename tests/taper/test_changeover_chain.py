"""A change of drug on file: a revision is read back and followed again, and what was altered is refused."""

from __future__ import annotations

import json

import pytest

from benzosafe.errors import InputRefused
from benzosafe.taper.follow import follow
from benzosafe.taper.follow_record import read_plan
from benzosafe.taper.follow_words import revision_data
from benzosafe.taper.log import log_of
from tests.taper.changes import chain_with, change, day, plan_after


@pytest.fixture
def whole(knowledge):
    return change(knowledge)


@pytest.fixture
def read(knowledge, whole):
    """A diary of spans (first, last, taken) and further lines, read on a day of the change."""

    def make(on, *entries, more="", was=None, plan=None):
        lines = "".join(f"- {{from: {day(a)}, to: {day(b)}, taken: {taken}}}\n" for a, b, taken in entries)
        text = f"entries:\n{lines}{more}"
        return follow(knowledge, plan or plan_after(whole), log_of(text, "log.yaml"), day(on), was or chain_with(whole))

    return make


def line(number, text):
    return f"- {{date: {day(number)}, {text}}}\n"


def test_a_revision_is_read_back_and_followed_again(knowledge, read, tmp_path):
    found = read(10, (0, 9, "as planned"), more=f"- {{date: {day(9)}, wish: pause}}\n")
    path = tmp_path / "revision.json"
    path.write_text(json.dumps(revision_data(found)))
    plan, chain = read_plan(path)
    assert (plan, chain.change.course, chain.since) == (found.new, found.stage.moved.change, day(10))
    again = read(20, (10, 19, "as planned"), was=chain, plan=plan)
    assert (again.action, again.stage.number, again.stage.moved) == ("go_on", 1, None)
    assert again.number == 2
    back = read(16, (10, 15, "{lorazepam: 1.5 mg, diazepam: 0 mg}"), was=chain, plan=plan)
    assert back.stage.number == 0


def test_a_doctored_change_in_a_file_is_refused(knowledge, read, tmp_path):
    data = revision_data(read(10, (0, 9, "as planned")))
    data["old_plan"]["crossover"]["made"][1]["new"][0]["mg"] = 50.0
    path = tmp_path / "revision.json"
    path.write_text(json.dumps(data))
    with pytest.raises(InputRefused, match=r"revision\.json.*states 50 mg, but the portions make 5 mg"):
        read_plan(path)
