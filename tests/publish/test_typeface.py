"""The typeface: what it can write, and how little of it a page carries."""

from __future__ import annotations

import re

import pytest

from retro.publish.typeface import font_faces, known_characters


@pytest.mark.parametrize("sign", list("活动复盘垚䶮●▲■○□→−–—…“”％¥×≥½"))
def test_the_typeface_knows_the_signs_that_reports_use(sign: str) -> None:
    assert sign in known_characters()


def test_font_faces_embed_two_small_weights_and_always_the_same() -> None:
    faces = font_faces("活动复盘")
    assert re.findall(r"font-weight:(\d+)", faces) == ["400", "700"]
    assert len(faces) < 60_000
    assert font_faces("盘复动活") == faces
