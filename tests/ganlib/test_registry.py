from types import SimpleNamespace

import pytest

from ganlib.registry import Registry, all_of, one_of


def entry(key):
    return SimpleNamespace(key=key, title=key.title(), summary="A fruit.")


@pytest.fixture
def fruits():
    fruits = Registry("fruit")
    for key in ("pear", "apple"):
        fruits.register(entry(key))
    return fruits


def test_entries_stay_in_the_order_in_which_they_came(fruits):
    fruits.register(entry("fig"))
    assert list(fruits) == ["pear", "apple", "fig"]
    assert fruits["fig"].title == "Fig"
    assert len(fruits) == 3


def test_a_key_is_given_once(fruits):
    with pytest.raises(ValueError, match="There is a fruit apple already: choose another key"):
        fruits.register(entry("apple"))


def test_what_is_removed_is_gone_and_its_key_free(fruits):
    fruits.remove("pear")
    assert list(fruits) == ["apple"]
    with pytest.raises(KeyError):
        fruits.remove("pear")
    fruits.register(entry("pear"))
    assert list(fruits) == ["apple", "pear"]


def test_who_reads_meanwhile_is_not_disturbed(fruits):
    reading = iter(fruits)
    assert next(reading) == "pear"
    fruits.remove("pear")
    fruits.register(entry("fig"))
    assert list(reading) == ["apple"]


@pytest.mark.parametrize("words", [["a"], ["a", "b"], ["a", "b", "c"]])
def test_words_are_joined_as_a_choice_or_together(words):
    assert one_of(words) == {1: "a", 2: "a or b", 3: "a, b or c"}[len(words)]
    assert all_of(words) == {1: "a", 2: "a and b", 3: "a, b and c"}[len(words)]
