import pytest

from dashboard import state
from ganlib import own_sets
from tests.ganlib.data.bringing import noise_jpeg, png, zipped, zipped_raw

PETS = [("cats/1.png", png()), ("dogs/2.png", png()), ("dogs/3.png", png())]


@pytest.fixture(autouse=True)
def slow_hand(monkeypatch):
    """Two presses of a test are those of a person who waits in between."""
    monkeypatch.setattr("dashboard.clicks.DOUBLE_CLICK", 0.0)


@pytest.fixture
def page(visit):
    """The Data page as a new visitor sees it."""
    app = visit().switch_page("app_pages/data.py").run()
    assert not app.exception
    return app


def drop(app, *brought):
    """Drop files of these names and contents."""
    files = [(name, content, "application/octet-stream") for name, content in brought]
    app.file_uploader[0].set_value(files).run()
    assert not app.exception
    return app


def drop_zip(app, members=PETS):
    return drop(app, ("pets.zip", zipped(members).getvalue()))


def words(app):
    return [one.value for one in app.markdown]


def notes(app):
    return [one.value for one in app.caption]


def errors(app):
    return [one.value for one in app.error]


def left_out(app):
    return dict(app.dataframe[0].value.to_numpy().tolist())


def test_at_first_the_page_says_what_to_do(page):
    assert page.title[0].value == "Your own pictures"
    assert "Drop pictures on the left" in page.info[0].value
    assert not page.button


def test_the_limit_that_is_told_is_the_limit_of_the_server(page):
    assert "at most 100 MB in all, and 10,000 pictures" in notes(page)[0]
    assert page.file_uploader[0].proto.max_upload_size_mb == 100


def test_a_zip_is_shown_by_class(page):
    drop_zip(page)
    assert words(page)[0] == "**3 pictures**, as the networks will see them"
    assert notes(page)[1:3] == ["cats: 1 picture", "dogs: 2 pictures"]
    assert len(page.image) == 2


def test_several_pictures_are_shown_as_one_sheet(page):
    drop(page, ("1.png", png()), ("2.jpg", noise_jpeg()))
    assert words(page)[0].startswith("**2 pictures**")
    assert len(page.image) == 1


def test_one_picture_is_enough(page):
    assert words(drop(page, ("1.png", png())))[0].startswith("**1 picture**")


def test_a_folder_may_be_brought_and_names_the_classes(page):
    page.button_group(key="bring").set_value("A folder").run()
    assert page.file_uploader[0].accept_directory
    drop(page, ("pets/cats/1.png", png()), ("pets/dogs/2.png", png()))
    assert notes(page)[1:3] == ["cats: 1 picture", "dogs: 1 picture"]


def test_very_many_classes_are_counted(page):
    drop_zip(page, [(f"{name}/1.png", png()) for name in "abcdefg"])
    assert notes(page)[1:7] == [*(f"{name}: 1 picture" for name in "abcde"), "and 2 more classes"]


def test_a_class_with_signs_of_markdown_is_shown_as_it_is(page):
    drop_zip(page, [("_a*/1.png", png()), ("b/1.png", png())])
    assert "\\_a\\*: 1 picture" in notes(page)


def test_files_that_are_left_out_are_listed_with_their_reasons(page):
    drop_zip(page, [*PETS, ("../x.png", png()), ("<b>.txt", b"words"), ("empty.png", b"")])
    assert [one.label for one in page.expander][-1] == "3 files left out"
    reasons = left_out(page)
    assert set(reasons) == {"../x.png", "<b>.txt", "empty.png"}
    assert reasons["empty.png"] == "This file is empty."


def test_without_a_good_picture_there_is_a_sentence_and_nothing_to_keep(page):
    drop(page, ("a.png", b"words"), ("b.svg", b"<svg></svg>"))
    assert errors(page)[0].startswith("There is no picture here that can be used.")
    assert set(left_out(page)) == {"a.png", "b.svg"}
    assert not page.button


@pytest.mark.parametrize(
    ("choice", "value"), [("form-size", 64), ("form-colour", "grey"), ("form-fit", "pad")]
)
def test_every_choice_reaches_what_is_kept(page, choice, value):
    drop_zip(page)
    page.button_group(key=choice).set_value(value).run()
    page.button(key="keep").click().run()
    assert not page.exception
    (kept,) = own_sets()
    assert (kept.size == 64) is (value == 64)
    assert (kept.colour == "grey") is (value == "grey")
    corner = kept.examples(1)[0, 0, 0]
    assert (corner == 255).all() == (value == "pad")


def test_a_changed_form_reads_the_files_again_and_another_widget_does_not(page, monkeypatch):
    from dashboard.components import bring

    read, forms = bring.read_pictures, []

    def watch(brought, form, progress, encoding):
        forms.append((form.size, form.fit))
        return read(brought, form, progress, encoding)

    monkeypatch.setattr(bring, "read_pictures", watch)
    drop_zip(page)
    page.text_input(key="own-name").set_value("other").run()
    page.button_group(key="form-fit").set_value("pad").run()
    assert forms == [(32, "crop"), (32, "pad")]


def test_what_is_kept_is_shown_below_and_let_go_above(page):
    drop_zip(page)
    page.text_input(key="own-name").set_value("pets").run()
    page.button(key="keep").click().run()
    assert not page.exception
    assert page.toast[0].value == "3 pictures kept as pets."
    assert [one.name for one in own_sets()] == ["pets"]
    assert page.button(key="train-pets")
    assert "Drop pictures on the left" in page.info[0].value
    assert page.session_state[state.READING] == (None, None)


@pytest.mark.parametrize("name", ["", "../x", "a b"])
def test_a_bad_name_is_told_and_the_pictures_stay(page, name):
    drop_zip(page)
    page.text_input(key="own-name").set_value(name).run()
    page.button(key="keep").click().run()
    assert "use 1 to 40 of the letters a to z" in errors(page)[0]
    assert words(page)[0].startswith("**3 pictures**")
    assert own_sets() == ()


def test_a_taken_name_is_refused_until_replacing_is_ticked(page):
    drop_zip(page)
    page.button(key="keep").click().run()
    drop_zip(page, PETS[:2])
    page.button(key="keep").click().run()
    assert "choose another name, or replace them" in errors(page)[0]
    assert own_sets()[0].count == 3
    page.checkbox(key="own-replace-my-pictures").check().run()
    page.button(key="keep").click().run()
    assert not errors(page)
    assert own_sets()[0].count == 2


def test_a_name_that_is_typed_and_kept_at_one_go_is_the_one_kept(page):
    drop_zip(page)
    page.text_input(key="own-name").set_value("pets")
    page.button(key="keep").click().run()
    assert [one.name for one in own_sets()] == ["pets"]


def test_replacing_one_set_is_no_leave_to_replace_another(page):
    for name in ("a", "b"):
        drop_zip(page)
        page.text_input(key="own-name").set_value(name).run()
        page.button(key="keep").click().run()
    drop_zip(page, PETS[:2])
    page.text_input(key="own-name").set_value("a").run()
    page.checkbox(key="own-replace-a").check().run()
    page.text_input(key="own-name").set_value("b")
    page.button(key="keep").click().run()
    assert "choose another name, or replace them" in errors(page)[0]
    assert [one.count for one in own_sets()] == [3, 3]


def test_taking_the_files_away_lets_go_of_what_was_read(page):
    drop_zip(page)
    page.file_uploader[0].set_value(None).run()
    assert page.session_state[state.READING] == (None, None)
    assert not page.button


def test_more_than_the_limit_in_all_is_let_go_with_a_sentence(page, monkeypatch):
    monkeypatch.setattr("dashboard.components.bring.MEGABYTE", 1)
    drop(page, ("1.png", bytes(60)), ("2.png", bytes(60)))
    assert errors(page) == ["That was more than 100 MB in all: bring fewer or smaller pictures."]
    assert page.file_uploader[0].value == []


DAYS = [(f"{pet}/{day}/1.png", png()) for pet in ("cat", "dog") for day in ("mo", "tu")]


def class_folders(app):
    (box,) = [one for one in app.selectbox if one.label == "The folders that name the classes"]
    return box


def infos(app):
    return [one.value for one in app.info]


def test_another_folder_may_name_the_classes_and_a_tree_shows_which(page):
    drop_zip(page, DAYS)
    box = class_folders(page)
    assert (box.options, box.value) == (
        ["cat, dog", "cat/mo, cat/tu, dog/mo, dog/tu", "No classes"],
        1,
    )
    assert notes(page)[1:3] == ["cat: 2 pictures", "dog: 2 pictures"]
    assert page.code[0].value.splitlines()[:3] == [
        "pets.zip: 4",
        "    cat: 2 (a class)",
        "        mo: 1",
    ]
    box.select_index(1).run()
    assert notes(page)[1:3] == ["cat/mo: 1 picture", "cat/tu: 1 picture"]
    assert infos(page) == ["Folders of one name below different ones are classes apart: mo, tu."]
    class_folders(page).select_index(2).run()
    assert len(page.image) == 1
    page.button(key="keep").click().run()
    assert own_sets()[0].classes == ()


def test_without_folders_nothing_is_asked_about_them(page):
    drop(page, ("1.png", png()))
    assert not page.selectbox
    assert not page.code


def test_a_guess_about_the_signs_of_names_is_told_and_may_be_another(page):
    raw = [(f"{name}/{n}.png".encode("gbk"), png()) for name in ("永", "和") for n in range(6)]
    drop(page, ("pets.zip", zipped_raw(raw).getvalue()))
    assert notes(page)[1:3] == ["和: 6 pictures", "永: 6 pictures"]
    assert "does not say how its names are written" in infos(page)[0]
    page.selectbox[0].set_value("cp866").run()
    assert not page.exception
    assert notes(page)[1] == "║═: 6 pictures".replace("║═", b"\xba\xcd".decode("cp866"))
    assert "Cyrillic, DOS" in infos(page)[0]


def test_what_was_brought_and_chosen_is_still_there_after_another_page(page):
    drop_zip(page)
    page.button_group(key="form-size").set_value(64).run()
    page.text_input(key="own-name").set_value("pets").run()
    page.switch_page("app_pages/runs.py").run()
    page.switch_page("app_pages/data.py").run()
    assert not page.exception
    assert "Still here: pets.zip." in words(page)
    assert "**3 pictures**, as the networks will see them" in words(page)
    assert page.button_group(key="form-size").value == 64
    assert page.text_input(key="own-name").value == "pets"
    page.button(key="keep").click().run()
    (kept,) = own_sets()
    assert (kept.name, kept.size) == ("pets", 64)


def test_what_was_brought_before_is_let_go_of(page):
    drop_zip(page)
    page.switch_page("app_pages/runs.py").run()
    page.switch_page("app_pages/data.py").run()
    page.button(key="let-go").click().run()
    assert not page.exception
    assert "Drop pictures on the left" in infos(page)[0]
    page.switch_page("app_pages/runs.py").run()
    page.switch_page("app_pages/data.py").run()
    assert "Drop pictures on the left" in infos(page)[0]


def test_other_files_take_the_place_of_those_from_before(page):
    drop_zip(page)
    page.switch_page("app_pages/runs.py").run()
    page.switch_page("app_pages/data.py").run()
    drop(page, ("1.png", png()))
    assert words(page)[0].startswith("**1 picture**")
