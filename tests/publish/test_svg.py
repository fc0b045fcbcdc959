"""Charts for a page: unique ids, styles in one sheet, nothing dangerous."""

from __future__ import annotations

import pytest
from lxml import etree

from retro.errors import PublishError
from retro.publish.allowed import read_svg
from retro.publish.svg import Charts

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'


def test_draw_tells_ids_apart_and_drops_the_unused(chart: str) -> None:
    charts = Charts()
    first, second = charts.draw(chart, "一"), charts.draw(chart, "二")
    assert [node.get("id") for node in etree.fromstring(first).iter() if node.get("id")] == ["f1-t", "f1-2", "f1-1"]
    assert 'clip-path="url(#f2-2)"' in second
    assert 'href="#f2-1"' in second
    assert "figure_1" not in first
    assert "xlink" not in first


def test_draw_moves_styles_into_one_sheet(chart: str) -> None:
    charts = Charts()
    drawn = charts.draw(chart, "一") + charts.draw(chart, "二")
    assert "style" not in drawn
    assert charts.css.splitlines() == [
        ":where(.g1 *){stroke-linejoin: round; stroke-linecap: butt}",
        ".k1{fill:#ffffff}",
        ".k2{stroke:#0F5EA8;stroke-width:0.8}",
        ".k3{font:10px 'Noto Sans SC';text-anchor:middle}",
    ]


def test_draw_rounds_coordinates_and_drops_size_and_metadata(chart: str) -> None:
    drawn = Charts().draw(chart, "一 & 二")
    assert 'd="M 0.12 0 L 10 0"' in drawn
    assert 'x="5.56"' in drawn
    assert "200pt" not in drawn
    assert "nobody" not in drawn
    assert '<title id="f1-t">一 &amp; 二</title>' in drawn


def test_last_digits_of_a_transform_do_not_waver() -> None:
    first, second = (
        etree.tostring(read_svg(f'{HEAD}<g transform="{transform}"><circle r="{radius}"/></g></svg>', "chart"))
        for transform, radius in (
            ("translate(10.123456 -0.000001) rotate(-33.690068) scale(0.0912341 -1)", "1.000001"),
            ("translate(10.123457 0.000001) rotate(-33.690069) scale(0.0912342 -1)", "1.000002"),
        )
    )
    assert first == second
    assert b'transform="translate(10.12 0) rotate(-33.69) scale(0.091234 -1)"' in first


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<svg", "chart must be SVG, got "),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "chart must be SVG with a viewBox, got <svg>"),
        ("<html/>", "chart must be SVG with a viewBox, got <html>"),
        (HEAD + "<script/></svg>", "nothing from outside, got 'script'"),
        (HEAD + "<foreignObject/></svg>", "nothing from outside, got 'foreignObject'"),
        (HEAD + '<g onclick="x"/></svg>', "nothing from outside, got 'g onclick=x'"),
        (
            HEAD + '<image xlink:href="http://a.example/b.png"/></svg>',
            "nothing from outside, got 'image href=http://a.example/b.png'",
        ),
        (
            HEAD + '<rect style="fill:url(http://a.example)"/></svg>',
            "nothing from outside, got 'rect style=fill:url(http://a.example)'",
        ),
        (HEAD + "<style>@import 'x'</style></svg>", "nothing from outside, got \"style style @import 'x'\""),
    ],
)
def test_read_svg_refuses_what_could_act_or_reach_out(source: str, words: str) -> None:
    with pytest.raises(PublishError) as caught:
        read_svg(source, "figure 'a'")
    assert str(caught.value).startswith("figure 'a': ")
    assert words in str(caught.value)


def test_read_svg_does_not_follow_entities() -> None:
    source = '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + HEAD + "<text>&a;</text></svg>"
    with pytest.raises(PublishError, match="nothing from outside"):
        read_svg(source, "figure")


def test_draw_refuses_style_sheets_that_it_cannot_scope() -> None:
    with pytest.raises(PublishError, match="got 'style style path"):
        Charts().draw(HEAD + "<style>path{fill:red}</style></svg>", "图")


def test_raster_parts_of_a_chart_stay() -> None:
    drawn = Charts().draw(HEAD + '<image xlink:href="data:image/png;base64,AAAA" width="1"/></svg>', "图")
    assert 'href="data:image/png;base64,AAAA"' in drawn
