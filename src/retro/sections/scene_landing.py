"""Scene landing: what became of visits that began in a scene, beside those before."""

import pandas as pd

from retro.charts import Chart, dots
from retro.i18n import Text
from retro.privacy import hidden
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Conversion, bounce and views of landings, each beside as long a time before and what other visits did.

    Conversion that rises more than that of other visits is an effect that shows.
    """
    text = context.text
    now, before = records(frame)
    if any(hidden(row[name]) for row in (now, before) for name in _COUNTED):
        return Finding(text("privacy.few"), covered=False)
    if not now["landings"]:
        return Finding(text("scene_landing.say.none"), covered=False)
    sentence, changes, ways = text("scene_landing.say.landings", now), dict[str, str](), dict[str, str]()
    for name, unit in (("converted", "points"), ("bounced", "points"), ("views", "change")):
        if pd.isna(now[f"{name}_change"]) or pd.isna(now[f"{name}_change_low"]):
            continue
        low, high = now[f"{name}_change_low"], now[f"{name}_change_high"]
        ways[name] = "up" if low > 0 else "down" if high < 0 else "same"
        facts = {"value": now[f"{name}_change"], "low": low, "high": high}
        told: dict[str, object] = {key: text.written(value, unit) for key, value in facts.items()}
        stem = "views_each" if name == "views" else f"{name}_rate"
        told |= {"was": before[stem], "others_was": before[f"others_{stem}"], "others_now": now[f"others_{stem}"]}
        told["value"] = str(told["value"]).lstrip("+−")
        told["low"] = text.written(low, "signed") if unit == "points" else told["low"]
        changes[name] = text(f"scene_landing.say.{name}_{ways[name]}", **told)
    sentence += "".join(changes.values())
    if not before["landings"]:
        sentence += text("scene_landing.say.alone")
    entries = [
        context.entry(f"landing_{name}_rate", now, f"{name}_rate", of=(name, "landings"), method="Wilson, by user")
        for name in ("converted", "bounced")
    ]
    entries += [
        context.entry(f"landing_{name}_change", now, f"{name}_change", method="delta, by user")
        for name in ("converted", "bounced", "views")
    ]
    named = frame.assign(period=[text(f"scene_landing.{period}") for period in frame["period"]])
    table = frame_table("scene_landing", named, _COLUMNS, text)
    shown = ways.get("converted") == "up"  # of the three changes the one that a scene is made for
    return Finding(sentence, tuple(entries), table, shown=shown, shows=changes.get("converted", ""))


_COUNTED = ("landings", "others", "bounced", "converted", "others_bounced", "others_converted")
_COLUMNS = (
    *("period", "landings", "converted", "converted_rate", "bounced", "bounced_rate", "views_each"),
    *("others", "others_converted_rate", "others_bounced_rate", "others_views_each"),
)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per period: the share of landings with an order."""
    named = frame.assign(
        label=[text(f"scene_landing.{period}") for period in frame["period"]], rate=frame["converted_rate"],
        low=frame["converted_low"], high=frame["converted_high"], people=frame["landings"],
        campaign=frame["period"] == "campaign",
    )  # fmt: skip
    return dots(named, text, text("scene_landing.chart.value"))


_CONVERTED = ("converted_rate", "converted_low", "converted_high", "converted_change", "converted_change_low",
              "converted_change_high")  # fmt: skip
_BOUNCED = (
    "bounced_rate",
    "bounced_low",
    "bounced_high",
    "bounced_change",
    "bounced_change_low",
    "bounced_change_high",
)
_VIEWS = ("views_each", "views_change", "views_change_low", "views_change_high")

section = Section(
    "scene_landing",
    say,
    draw,
    level=2,
    people={
        "landings": (*_CONVERTED, *_BOUNCED, *_VIEWS),
        "others": ("others_converted_rate", "others_bounced_rate", "others_views_each"),
        "converted": _CONVERTED,
        "bounced": (*_BOUNCED, *_VIEWS),
        "others_converted": ("others_converted_rate",),
        "others_bounced": ("others_bounced_rate", "others_views_each"),
    },
    of_people=True,
)
