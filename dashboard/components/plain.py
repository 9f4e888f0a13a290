"""Words of visitors on a page."""

import re


def plain(text: str) -> str:
    """The text with every sign of Markdown taken literally."""
    return re.sub(r"([^\w\s]|_)", r"\\\1", text)
