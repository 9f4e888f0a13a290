from ganlib.cli.tell import with_flags
from ganlib.config import RunConfig
from ganlib.metrics import lower_learning_rates


def test_a_sentence_names_the_flag_of_each_setting_in_it():
    config = RunConfig()
    assert with_flags(f"Try {lower_learning_rates(config)}.", config) == (
        "Try a lower Learning rate of G (η_G) [--lr-g] and Learning rate of D (η_D) [--lr-d], now "
        "0.0002 and 0.0002, or Gradient penalty R1 (γ) [--r1-gamma] at 1."
    )
    assert with_flags("The Losses became nan.", config) == "The Losses became nan."
