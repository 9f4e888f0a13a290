import pytest

from ganlib.data.class_folders import class_of_each, guessed, kept_apart, levels, some_of


def at(paths, depth=...):
    """The class of each path, by the guess or at a depth."""
    every = [tuple(path.split("/")) if path else () for path in paths]
    return class_of_each(every, guessed(every) if depth is ... else depth)


def offered(paths):
    return [(one.depth, one.names) for one in levels([tuple(path.split("/")) for path in paths])]


@pytest.mark.parametrize(
    ("paths", "classes"),
    [
        (["x/cat", "x/dog"], ["cat", "dog"]),
        (["x.zip/train/n01/images", "x.zip/train/n02/images"], ["n01", "n02"]),
        (["x/cat/day1", "x/cat/day2", "x/dog/day1"], ["cat", "cat", "dog"]),
        (["x/train/cat", "x/val/cat", "x/val/dog"], ["cat", "cat", "dog"]),
        (["x/Train/cat/a", "x/Test/cat/b", "x/Test/dog/a"], ["cat", "cat", "dog"]),
        (["x/train", "x/test"], ["", ""]),
        (["x/a/apartment", "x/c/church", "x/c/castle"], ["apartment", "church", "castle"]),
        (["x/a/cat", "x/b/cat"], ["a", "b"]),
        (["cat.zip", "dog.zip"], ["cat", "dog"]),
        (["cat.zip/day1", "dog.zip/day1"], ["cat", "dog"]),
        (["my-1.zip/cat", "my-2.zip/cat", "my-2.zip/dog"], ["cat", "cat", "dog"]),
        (["my part 1.zip/cat", "my part 2.zip/dog"], ["cat", "dog"]),
        (["person1", "person2"], ["person1", "person2"]),
        (["x", "x/cat"], ["x", "cat"]),
        (["x/cat", "x/cat"], ["", ""]),
        (["", ""], ["", ""]),
        (["", "cat"], ["", "cat"]),
        ([], []),
    ],
)
def test_the_class_is_the_first_folder_that_tells_pictures_apart(paths, classes):
    assert at(paths) == classes


def test_folders_of_one_name_below_different_ones_are_never_one_class():
    places = ["church/outdoor", "church/indoor", "flat/outdoor", "kitchen"]
    assert at(places, 1) == ["church/outdoor", "indoor", "flat/outdoor", "kitchen"]
    deep = ["a/x/1", "b/x/1", "b/y/2"]
    assert at(deep, 2) == ["a/x/1", "b/x/1", "2"]
    assert kept_apart(at(places, 1)) == (
        "Folders of one name below different ones are classes apart: outdoor."
    )
    assert kept_apart(["church", "flat"]) == kept_apart(["a/x", "b/y"]) == ""


def test_every_depth_that_parts_the_pictures_anew_may_be_chosen():
    assert offered(["x/cat/day1/in", "x/cat/day2/in", "x/dog/day1/in"]) == [
        (1, ("cat", "dog")),
        (2, ("cat/day1", "day2", "dog/day1")),
    ]
    assert offered(["x/train/cat", "x/val/cat", "x/val/dog"]) == [
        (1, ("train", "val")),
        (2, ("cat", "dog")),
    ]
    assert offered(["x/a/apartment", "x/c/church"]) == [(2, ("apartment", "church"))]
    assert offered(["x/cat"]) == []


def test_a_long_list_of_names_is_told_by_its_first():
    assert some_of(["a", "b"]) == "a, b"
    assert some_of([str(n) for n in range(1234)]) == "0, 1, 2, 3 and 1,230 more"
