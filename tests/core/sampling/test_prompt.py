"""The text that reaches the text encoder, as diffusers' Wan pipeline (with ftfy 6.3) cleans it."""
import pytest

from worldstereo.core.sampling.prompt import clean_prompt

OFFICIAL = {
    "a  room,\n\n with\ta\u00a0chair ": "a room, with a chair",
    "a&nbsp;b &amp;amp; &lt;c&gt; &#39;d&#39; &amp;lt;": "a b & <c> 'd' <",
    "it\u2019s \u201clow\u201d, \u201ehigh\u201c, \u201awide\u2018, \u02bcx":
        "it's \"low\", \"high\", 'wide', 'x",
    "色调艳丽，过曝，静态（Ａ１）": "色调艳丽,过曝,静态(A1)", "ﾊﾝｶｸ\u3000x": "ハンカク x",
    "\ufb01ne \ufb02oor": "fine floor", "cafe\u0301": "caf\u00e9", "\ufeffa\x07b\x1cc": "abc",
    "\ud83d\ude00 \ud83d": "\U0001f600 \ufffd",  # two halves of a character, and one alone
    "(a:1.5) [b] \\(c\\) \u2026 \u2014 \u00bd": "(a:1.5) [b] \\(c\\) \u2026 \u2014 \u00bd", " \n ": "",
}


@pytest.mark.parametrize("given, clean", OFFICIAL.items())
def test_a_prompt_is_cleaned_as_by_the_official_code(given, clean):
    assert clean_prompt(given) == clean


def test_text_in_a_wrong_encoding_is_left_as_it_is():
    assert clean_prompt("it\u00e2\u20ac\u2122s") == "it\u00e2\u20ac\u2122s"
