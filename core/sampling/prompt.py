"""The text of a prompt as the official code hands it to the text encoder."""

from __future__ import annotations

import html
import re
import unicodedata

_QUOTES = {**dict.fromkeys(map(ord, "ʼ‘’‚‛"), "'"), **dict.fromkeys(map(ord, "“”„‟"), '"')}
_WIDE = re.compile("[\u3000\ufb00-\ufb06\uff00-\uffef]+")  # full and half widths, ligatures such as fi
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff]")


def clean_prompt(text: str) -> str:
    """The text with HTML entities unescaped (twice), straight quotes, letters of ordinary width, single
    blanks, and no control characters.

    Unlike the official code it does not repair text that was read in a wrong encoding.
    """
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half a character: none
    text = _CONTROLS.sub("", text).translate(_QUOTES)
    text = _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    text = html.unescape(html.unescape(unicodedata.normalize("NFC", text)))
    return " ".join(text.split())
