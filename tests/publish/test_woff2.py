"""Packed fonts: what goes in comes out, read by an independent reader."""

from __future__ import annotations

import io

import uharfbuzz as hb
from fontTools.ttLib import TTFont

from retro.files import FONTS
from retro.publish.woff2 import pack


def test_pack_keeps_every_table() -> None:
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(map(ord, "活动复盘 retro"))
    source = hb.subset(hb.Face(hb.Blob.from_file_path(FONTS / "NotoSansSC-Regular.ttf")), wanted).blob.data
    before, after = TTFont(io.BytesIO(source)), TTFont(io.BytesIO(pack(source)))
    tags = set(before.reader.keys())
    assert set(after.reader.keys()) == tags
    for tag in tags - {"head"}:
        assert before.reader[tag] == after.reader[tag]
    assert after["head"].flags == before["head"].flags | 1 << 11
    assert after["head"].fontRevision == before["head"].fontRevision
