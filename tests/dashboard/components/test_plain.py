import pytest

from dashboard.components.plain import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Two words 12", "Two words 12"),
        ("_a*b_", "\\_a\\*b\\_"),
        ("![x](y)", "\\!\\[x\\]\\(y\\)"),
        (":red[$a$]", "\\:red\\[\\$a\\$\\]"),
        ("<b>", "\\<b\\>"),
        ("ä☃", "ä\\☃"),
    ],
)
def test_no_sign_has_a_meaning(text, shown):
    assert plain(text) == shown
