def test_presets_are_timed_on_one_thread_and_on_all(facts, monkeypatch):
    monkeypatch.setattr("ganlib.cli.bench.available_cores", lambda: 2)
    text = facts("bench", "ring", "--seconds", "0.1")
    assert list(text) == ["ring"]
    assert set(text["ring"]) == {"1", "2"}
    assert min(text["ring"].values()) > 0


def test_what_is_measured_is_told_a_line_for_each_preset(say):
    status, out, _ = say("bench", "ring", "--seconds", "0.1")
    assert status == 0
    assert out.startswith("ring ")
    assert "with 1" in out


def test_no_time_to_measure_is_refused(say):
    assert say("bench", "--seconds", "0") == (2, "", "ganlib: --seconds is 0: choose 0.1 to 600.\n")
