"""`benzosafe scale` as people run it: what it shows, in every form, and how it refuses."""

from __future__ import annotations

import json

import pytest


def test_every_scale_is_listed(command, knowledge):
    done = command("scale")
    said = done.stdout.decode()
    assert done.returncode == 0 and all(f"\n{name} " in said for name in knowledge.scales)
    data = json.loads(command("scale", "--format", "json").stdout)
    assert data["schema"] == "benzosafe.scales/1" and len(data["scales"]) == len(knowledge.scales)
    assert b'scope="row">phq9<' in command("scale", "-f", "html").stdout


def test_a_free_scale_shows_its_text_and_licence(command):
    said = command("scale", "GAD-7").stdout.decode()
    assert "4. Trouble relaxing" in said and "2: More than half the days" in said and "public domain" in said
    assert "10 to 14 moderate" in said and "Draft: nothing here has had a clinical review" in said


@pytest.mark.parametrize("name", ["isi", "audit", "dast10", "bwsq", "stop_bang"])
def test_a_licensed_scale_says_so_and_where_to_get_it(command, name):
    said = command("scale", name).stdout.decode()
    assert "\nAnswers\n" not in said
    said = " ".join(said.split())
    assert "Its text is not included" in said and "Where to get it" in said


def test_answers_are_scored_in_whatever_way_they_are_written(command):
    ways = (["--answers", "1,2,0,3,1,0,2,1,0"], ["--answers", "1 2 0 3 1 0 2 1 0"], ["--answers", "1; 2;0;3;1;0;2;1;0"])
    said = {command("scale", "phq9", *way).stdout for way in ways}
    read = command("scale", "phq 9", "--answers", "-", stdin=b"1\n2\n0\n3\n1\n0\n2\n1\n0\n")
    assert len(said | {read.stdout}) == 1 and read.returncode == 0
    assert "PHQ-9 10 of 27: moderate" in read.stdout.decode()


def test_an_answer_that_must_not_wait_comes_first_and_exits_3(command):
    done = command("scale", "phq9", "--answers", "?,0,0,0,0,0,0,0,1")
    assert done.returncode == 3 and done.stdout.decode().splitlines()[2].startswith("FIRST: item 9")
    assert command("scale", "phq9", "--total", "26").returncode == 3
    for quiet in (["--answers", "0,0,0,0,0,0,0,0,?"], ["--total", "12"]):
        done = command("scale", "phq9", *quiet)
        assert done.returncode == 0 and "is not known, which is not a no: ask" in " ".join(done.stdout.decode().split())


def test_an_empty_place_is_an_answer_not_given(command):
    data = json.loads(command("scale", "gad7", "--answers", "1,,1,1,1,1,1", "-f", "json").stdout)["result"]
    assert (data["total"], data["low"], data["high"], data["not_answered_items"]) == (None, 6, 9, [2])


def test_sex_decides_or_both_are_shown(command):
    both = " ".join(command("scale", "audit_c", "--total", "3").stdout.decode().split())
    assert "From 3 in women" in both and "From 4 in men" in both
    men = json.loads(command("scale", "audit_c", "--total", "3", "--sex", "male", "-f", "json").stdout)["result"]
    assert [(one["from"], one["sex"], one["reached"]) for one in men["cutoffs"]] == [(4, "male", "no")]


def test_change_since_an_earlier_filling_in(command):
    data = json.loads(command("scale", "isi", "--total", "15", "--before", "22", "-f", "json").stdout)
    assert data["change"]["direction"] == "better" and data["change"]["rose_by_at_most"] == -7
    assert data["scale"]["smallest_change"]["source"]["confidence"] == "verified"
    gad7 = json.loads(command("scale", "gad7", "--total", "9", "--before", "1,1,1,1,1,1,1", "-f", "json").stdout)
    assert gad7["change"]["direction"] == "same" and gad7["change"]["before"] == {"low": 7, "high": 7}


def test_the_page(command, tmp_path):
    out = tmp_path / "scale.html"
    done = command("scale", "phq9", "--answers", "0 0 0 0 0 0 0 0 2", "-f", "html", "-o", str(out))
    page = out.read_text()
    assert done.returncode == 3 and page.count("<h1>") == 1 and "<script" not in page
    assert page.index("FIRST: item 9") < page.index("Bands") and 'class="urgent"' in page


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "said"),
    [
        (["gad8"], b"", 2, "'gad8' is no scale that is known here. Did you mean 'gad7'?"),
        (["beck"], b"", 2, "One of: audit, audit_c"),
        (["--answers", "1,2"], b"", 2, "answers of which scale?"),
        (["gad7", "--answers", "1,2,3"], b"", 2, "--answers: 3 answers, but GAD-7 has 7"),
        (["gad7", "--answers", "1,2,3,4,0,0,0"], b"", 2, "item 4 is 4, but its answers are 0, 1, 2 or 3"),
        (["gad7", "--answers", "one,2,3,0,0,0,0"], b"", 2, "'one' is no answer to a scale"),
        (["gad7", "--answers", ""], b"", 2, "--answers: is empty"),
        (["gad7", "--answers", "-"], b"", 4, "standard input: is empty"),
        (["gad7", "--answers", "-"], b"1 2", 4, "standard input: 2 answers"),
        (["gad7", "--answers", "-"], b"\xff\xfe\x00", 4, "standard input: "),
        (["gad7", "--answers", "1,1,1,1,1,1,1", "--total", "7"], b"", 2, "--total: is given beside --answers"),
        (["gad7", "--total", "22"], b"", 2, "--total: 22 is no total of GAD-7"),
        (["pdss_sr", "--total", "2.3"], b"", 2, "a mean instead of the sum"),
        (["gad7", "--total", "-3"], b"", 2, "'-3' is no answer to a scale"),
        (["gad7", "--total", "1e3"], b"", 2, "'1e3' is no answer"),
        (["isi", "--answers", "1,1,1,1,1,1,1"], b"", 2, "only the total of ISI is taken here"),
        (["gad7", "--before", "12"], b"", 2, "--before: needs something to compare with"),
        (["gad7", "--total", "7", "--before", "1,2"], b"", 2, "--before: 2 answers"),
        (["audit_c", "--total", "3", "--sex", "x"], b"", 2, "--sex: 'x' is not a sex"),
        (["gad7", "--format", "pdf"], b"", 2, "--format"),
        (["gad7", "--out", "/nowhere/at/all"], b"", 2, "cannot be written"),
        (["phq9", "--answers", "0,0,0,0,9,0,0,0,1"], b"", 2, "--answers: FIRST: item 9"),
    ],
)
def test_refusals_say_what_where_and_what_next(command, arguments, stdin, code, said):
    done = command("scale", *arguments, stdin=stdin)
    told = done.stderr.decode()
    assert done.returncode == code and said in " ".join(told.split()) and "Traceback" not in told
