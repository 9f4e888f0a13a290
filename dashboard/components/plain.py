"""Words of strangers on a page: titles, tags, names of sets, of classes and of files, sentences."""

import re

JOINER = "\u2060"
"""WORD JOINER: nothing to see, and no place to break a line."""

# What has a meaning in Markdown (CommonMark, GitHub's and Streamlit's) on a single line, where a
# backslash takes it away; before some other signs the backslash would be shown.
_SIGNS = re.compile(r"[\\`*\[\]<>~$&]|(?<![^\W_])_|_(?![^\W_])|^[-+#]")
# What Streamlit replaces after Markdown is read, where a backslash is gone: icons and emoji between
# colons, arrows and dashes between spaces; addresses, which become links. And a number that would
# begin a list.
_LATE = re.compile(
    r":(?=[\w+/-])|@(?=[\w-])|www(?=\.)|(?<!\S)[<>~-](?=[->=]{1,2}(?!\S))|^\d+(?=[.)])",
    re.IGNORECASE,
)


def plain(text: object) -> str:
    """The text for anything that takes Markdown, on one line, with every sign taken literally."""
    apart = _LATE.sub(rf"\g<0>{JOINER}", " ".join(str(text).split()))
    return _SIGNS.sub(r"\\\g<0>", apart)
