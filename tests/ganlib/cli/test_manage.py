from argparse import Namespace
from importlib.metadata import version

import pytest
from PIL import Image

from ganlib import PRESETS, RunStore, __version__, own_sets
from ganlib.cli.tell import tell


def test_presets_are_listed_with_what_one_sees(say, facts):
    status, out, _ = say("presets")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list(PRESETS)
    assert facts("presets")["ring"]["sees"] == PRESETS["ring"].sees


def test_runs_are_listed_the_newest_first(say, facts, ring):
    status, out, _ = say("list")
    assert (status, out.split()[:3]) == (0, [ring, "completed", "8"])
    (row,) = facts("list")
    assert (row["run_id"], row["title"]) == (ring, PRESETS["ring"].title)


def test_an_empty_store_says_so(say):
    assert say("list")[1] == "No run is kept here yet.\n"


def test_everything_about_a_run_is_told(say, facts, ring):
    text = facts("show", ring)
    assert text["step"] == 8
    assert text["checkpoints"] == [0, 1, 2, 4, 8]
    kinds = [event["kind"] for event in text["events"]]
    assert kinds == ["started", "change", "completed"], "it was given its cores meanwhile"
    assert text["config"]["algorithm"]["network"]["width"] == 8
    shown = say("show", "latest")[1]
    assert "lr_d                   0.003" in shown
    assert f"trained_with           ganlib {__version__}, torch {version('torch')}" in shown


def test_a_run_of_old_does_not_say_what_trained_it(facts, ring):
    database = RunStore().database
    with database.writing() as writer:
        writer.execute("UPDATE events SET data = '{}' WHERE kind = 'started'")
    assert facts("show", ring)["trained_with"] == ""
    with database.writing() as writer:
        writer.execute("DELETE FROM events")
    assert facts("show", ring)["trained_with"] == ""


@pytest.mark.parametrize("name", ["", "nothing", "latest"])
def test_an_unknown_run_is_one_sentence(say, name):
    status, out, err = say("show", name)
    assert (status, out) == (2, "")
    assert err.startswith(f"ganlib: There is no run {name!r} in ")


def test_the_beginning_of_an_id_is_enough_where_it_is_of_one_run(say, ring, facts):
    assert facts("show", ring[:4])["run_id"] == ring


def test_a_deleted_run_is_in_the_bin_and_comes_back(say, facts, ring):
    assert say("delete", ring)[0] == 0
    assert facts("list") == []
    assert [row["run_id"] for row in facts("list", "--bin")] == [ring]
    assert say("restore", ring)[0] == 0
    assert len(facts("list")) == 1


def test_a_run_can_be_removed_for_good(say, facts, ring):
    assert say("delete", ring, "--for-good")[0] == 0
    assert facts("list", "--bin") == []
    assert not (RunStore().folder / ring).exists()


def test_a_zip_becomes_a_run(say, facts, ring, tmp_path):
    path = str(tmp_path / "run.zip")
    assert facts("export", ring, "zip", "--out", path)["file"] == path
    taken = facts("import", path)["run_id"]
    assert taken != ring
    assert facts("show", taken)["checkpoints"] == [0, 1, 2, 4, 8]


def test_pictures_of_a_folder_are_kept_and_the_bad_are_told(say, tmp_path):
    Image.new("RGB", (40, 30), "red").save(tmp_path / "good.png")
    (tmp_path / "bad.png").write_text("no picture")
    status, out, err = say("add-pictures", str(tmp_path), "--name", "mine", "--size", "28")
    assert (status, out) == (0, "Kept 1 picture as mine.\n")
    assert "bad.png" in err
    (kept,) = own_sets()
    assert (kept.name, kept.size, kept.count) == ("mine", 28, 1)


def test_a_title_does_not_steer_the_terminal(capsys):
    tell(Namespace(json=False), {}, "\x1b[2J\u00dcbung\u202e\r \x07\n2")
    assert capsys.readouterr().out == "?[2J\u00dcbung?? ?\n2\n"
