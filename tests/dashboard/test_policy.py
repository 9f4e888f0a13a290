import pytest

from dashboard.policy import LOCKED_BY_LINK, MOST_RULES, Policy, PolicyError, Rule

NOTHING = Rule()


def test_without_rules_a_control_is_as_the_page_has_it():
    assert Policy().rule("run.stop") == NOTHING


def test_a_link_hides_locks_and_highlights_by_id_and_by_what_ids_begin_with():
    policy = Policy.from_link("run.stop,run.speed", "setting.*", "run.step_d,setting.seed")
    assert policy.rule("run.stop") == policy.rule("run.speed") == Rule(hidden=True)
    assert policy.rule("setting.optimisation.lr_d") == Rule(locked=LOCKED_BY_LINK)
    assert policy.rule("run.step_d") == Rule(highlighted=True)
    assert policy.rule("setting.seed") == Rule(locked=LOCKED_BY_LINK, highlighted=True)


@pytest.mark.parametrize("control", ["run.step", "run.step_d.more", "setting", "my.run.step_d"])
def test_another_id_is_left_as_it_is(control):
    assert Policy.from_link("run.step_d", "setting.*").rule(control) == NOTHING


def test_a_star_alone_is_every_control():
    assert Policy.from_link(lock="*").rule("page.runs").locked


def test_of_several_reasons_the_first_is_given():
    policy = Policy((("run.*", Rule(locked="Watch first.")), ("run.stop", Rule(locked="Never."))))
    assert policy.rule("run.stop").locked == "Watch first."


@pytest.mark.parametrize(
    "text", ["run stop", "Run.stop", "run.*.d", "**", "a" * 81, "<style>", "run.stop\n", "µ"]
)
@pytest.mark.parametrize("parameter", ["hide", "lock", "highlight"])
def test_what_can_be_no_id_is_refused_with_a_sentence(parameter, text):
    with pytest.raises(PolicyError, match=r"The link names a control .* such as run\.step_d"):
        Policy.from_link(**{parameter: f"run.stop,{text}"})


def test_a_link_names_a_limited_number_of_controls():
    many = ",".join(f"a.{number}" for number in range(MOST_RULES))
    assert len(Policy.from_link(many).rules) == MOST_RULES
    with pytest.raises(PolicyError, match="more than 64 controls"):
        Policy.from_link(many, lock="b")


def test_commas_too_many_name_nothing():
    assert Policy.from_link(",run.stop,,", "", ",").rules == (("run.stop", Rule(hidden=True)),)


def test_a_browser_component_is_given_the_rules_that_may_concern_it():
    policy = Policy.from_link("plane.layer.best_d,planet.size", "run.*", "plane.layer.*,*,plane")
    assert [one["control"] for one in policy.within("plane")] == ["layer.best_d", "layer.*", "*"]
    assert policy.within("plane")[0] == {
        "control": "layer.best_d",
        "hidden": True,
        "locked": "",
        "highlighted": False,
    }
    assert [one["control"] for one in policy.within("hud")] == ["*"]
    assert [one["control"] for one in Policy.from_link("pl*").within("plane")] == ["*"]


def test_who_locks_a_component_locks_all_in_it():
    (rule,) = Policy.from_link(hide="hud", lock="plane").within("plane")
    assert (rule["control"], rule["locked"]) == ("*", LOCKED_BY_LINK)
    assert Policy.from_link(hide="plane", highlight="plane").within("plane") == []
