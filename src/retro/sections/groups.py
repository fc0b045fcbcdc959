"""Names of channels, devices and other groups."""

import pandas as pd

from retro.i18n import Text


def group_name(attribute: str, group: object, text: Text) -> str:
    """A channel, a device or another group in words; unknown where users have none."""
    return text("reach.chart.unknown") if pd.isna(group) else text.label(attribute, str(group))  # type: ignore[call-overload]  # any scalar
