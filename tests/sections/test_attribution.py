from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", campaign_id="night", start="2025-03-01", end="2025-03-02T00:00"))


def test_attribution_says_what_would_be_counted_twice() -> None:
    frame = pd.DataFrame(
        {
            "campaign_id": ["week", "night", None],
            "claimed": [3, 2, None],
            "orders": [Decimal(2), Decimal(2), Decimal(5)],
            "gmv": [Decimal("20.00"), Decimal("30.00"), Decimal("50.00")],
            "claimed_gmv": [Decimal("28.00"), Decimal("30.00"), None],
        }
    )

    finding = find("attribution", frame, lang="zh")
    assert "全部有效订单 100 元：各活动合计 50 元，未归因 50 元" in finding.sentence
    assert "**重复计入 8 元**" in finding.sentence
