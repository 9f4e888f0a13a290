import html
import re
import string

import pytest
from markdown_it import MarkdownIt

from dashboard.components.plain import JOINER, plain

# What Streamlit 1.67 looks for in the words of a page once Markdown has been read
# (static/js/StreamlitMarkdown: remark-emoji, remark-gfm's addresses, its own icons and arrows).
LATE = [
    r":\+1:|:-1:|:[\w-]+:",
    r":material_(\w+):|:material/",
    r"(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)",
    r"(https?://|www(?=\.))([-.\w]+)([^ \t\r\n]*)",
    r"(?<![^\s\W])([-.\w+]+)@([-\w]+(?:\.[-\w]+)+)",
]
TEXTS = [
    "Two words 12",
    "l\u2019\u00e9t\u00e9 \u2013 \u201c\u00dcbung\u201d \u2026 \u00ab\u2603\u00bb",
    string.punctuation,
    "_a*b_ **c** ~~d~~ `e` ![x](y) [z](http://a.org 't') <b>f</b> &amp; &#65; \\(",
    ":red[$a$] :blue-badge[b] :small[c] $$d$$ :material/home: :material_home: :streamlit: :smile:",
    ":+1: a:b:c ::d: 12:30:45",
    "a -> b <- c <-> d -- e >= f <= g ~= h -> -> i",
    "http://a.org HTTPS://b.org www.c.org a@d.org mailto:e@f.org ftp://g.org",
    "# a", "1. a", "123. a", "123456789) a", "- a", "+ a", "> a", "a\n===", "| a | b |\n|---|---|",
    "[^1]", "[ ] a",
    "    a\n\n    b\n\n---\n", "```\na\n```", "a  \nb", "",
]  # fmt: skip


@pytest.fixture(scope="module")
def markdown():
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


@pytest.mark.parametrize("text", TEXTS)
def test_every_sign_is_shown_as_it_was_written(markdown, text):
    shown = re.sub("</?p>\n?", "", markdown.render(plain(text)))
    words = html.unescape(shown)
    assert "<" not in shown
    assert words.replace(JOINER, "") == " ".join(text.split())
    for pattern in LATE:
        assert not re.search(pattern, words, re.IGNORECASE), pattern


def test_common_words_are_left_alone():
    words = '\u00dcbung 2 \u2013 l\u2019\u00e9t\u00e9: "a", 3.5 %?'
    assert plain(words) == words
