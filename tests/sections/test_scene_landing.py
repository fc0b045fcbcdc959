"""What the section `scene_landing` says and draws."""

from __future__ import annotations

from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections.scene_landing import draw
from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "scene", start="2024-12-09", end="2024-12-23T00:00"))

FRAME = pd.DataFrame(
    {
        "period": ["campaign", "before"], "landings": [2700, 2800], "others": [4000, 4100], "bounced": [600, 870],
        "converted": [150, 80], "others_bounced": [1200, 1250], "others_converted": [120, 125],
        "bounced_rate": [0.222, 0.311], "bounced_low": [0.2, 0.29], "bounced_high": [0.24, 0.33],
        "converted_rate": [0.056, 0.029], "converted_low": [0.047, 0.023], "converted_high": [0.065, 0.035],
        "others_bounced_rate": [0.3, 0.305], "others_converted_rate": [0.03, 0.0305], "views_each": [3.1, 2.8],
        "others_views_each": [2.8, 2.8], "converted_change": [0.027, None], "converted_change_low": [0.016, None],
        "converted_change_high": [0.039, None], "bounced_change": [-0.086, None], "bounced_change_low": [-0.11, None],
        "bounced_change_high": [-0.06, None], "views_change": [0.11, None], "views_change_low": [-0.01, None],
        "views_change_high": [0.16, None],
    }
)  # fmt: skip


def test_changes_beside_other_visits() -> None:
    english, chinese = words_of(find, "scene_landing", FRAME)

    assert "2,700 visits began in a scene: **5.6% ordered**" in english
    assert (
        "**Conversion rose by 2.7 pp more than that of other visits** (95% interval +1.6 to +3.9 pp; from 2.9%;"
        in english
    )
    assert "**Bounce fell by 8.6 pp more than that of other visits**" in english
    assert "Views a visit did not clearly change beside other visits" in english
    assert "**成单率比其他访问多涨 2.7" in chinese
    found = figures(find("scene_landing", FRAME))
    assert float(found["landing_converted_change"]) == 0.027
    assert "5.6%" in draw(FRAME, load_text("en")).alt


def test_conversion_that_rises_more_than_elsewhere_is_an_effect() -> None:
    assert find("scene_landing", FRAME).shown
    assert not find("scene_landing", FRAME.assign(converted_change_low=[-0.001, None])).shown
    assert not find("scene_landing", FRAME.assign(converted_change=None)).shown


def test_a_first_time_few_and_none() -> None:
    alone = FRAME.assign(landings=[2700, 0], converted_change=None, bounced_change=None, views_change=None)
    assert "nothing to compare with" in find("scene_landing", alone).sentence
    assert "Fewer than five people" in find("scene_landing", FRAME.assign(converted=[3, 80])).sentence
    assert not find("scene_landing", FRAME.assign(landings=0, bounced=0, converted=0)).covered
