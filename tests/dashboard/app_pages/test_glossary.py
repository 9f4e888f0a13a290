from dashboard.components.plain import plain
from dashboard.glossary import glossary


def shown(app):
    return [one.value.split("**")[1] for one in app.markdown if one.value.startswith("**")]


def test_all_terms_are_listed_and_a_word_finds_its_own(app):
    app.switch_page("app_pages/glossary.py").run()
    assert not app.exception
    assert shown(app) == [plain(name) for name in glossary()]
    app.text_input(key="term").input("Fréchet").run()
    assert shown(app) == ["Fréchet distance"]


def test_what_is_not_there_is_told(app):
    app.switch_page("app_pages/glossary.py").run()
    app.text_input(key="term").input("zebra_").run()
    assert shown(app) == []
    assert app.caption[0].value.startswith("No term holds “zebra")
