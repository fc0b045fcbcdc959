"""Cohort value: contribution of a new user, beside the baseline cohort."""

import pandas as pd

from retro import charts
from retro.i18n import Text
from retro.privacy import FEW
from retro.sections.compared import comparison
from retro.sections.section import Context, Exhibit, Finding, Section, cohort_row, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The contribution of each new user within `value_days`, beside that of the baseline cohort."""
    text, asked = context.text, {"days": context.asked("value_days"), "noun": context.new_users}
    campaign, baseline = (cohort_row(frame, cohort=cohort) for cohort in ("campaign", "baseline"))
    if campaign["state"] in {"unobserved", "empty", "lost"}:
        return Finding(text(f"cohort_value.say.{campaign['state']}", **asked), covered=False)
    if pd.isna(campaign["per_user"]):
        key = "few" if FEW in (campaign["eligible"], campaign["buyers"]) else "no_costs"
        return Finding(text(f"cohort_value.say.{key}", **asked), covered=False)
    side = comparison(campaign, baseline, column="per_user")
    sentence = text("cohort_value.say.summary", campaign, **asked) + text(f"cohort_value.say.{side}", baseline)
    entries = tuple(
        context.entry(name, row, "per_user", of=("contribution", "eligible"), method="Student's t")
        for name, row in (("value_per_new_user", campaign), ("value_per_new_user_baseline", baseline))
    )
    reference = float("nan") if side == "unknown" else float(baseline["per_user"])
    exhibit = _values(frame, reference, text("cohort_value.chart.value", **asked, currency=text.currency_name), text)
    holed = records(frame.loc[frame["lost_days"] > 0])
    warned = [text("cohort_value.lost", row, **asked) for row in holed if row["state"] != "lost"]
    return Finding(sentence, entries, warnings=tuple(warned), exhibits=(exhibit,))


def _values(frame: pd.DataFrame, reference: float, value: str, text: Text) -> Exhibit:
    columns = ("cohort.cohort", "eligible", "buyers", "contribution", "per_user", "low", "high")
    shown = frame[["low", "high"]].assign(
        label=[text.label("cohort", cohort) for cohort in frame["cohort"]],
        panel=value,
        estimate=frame["per_user"].astype("float64"),
        reference=reference,
    )
    options = {"value": value, "unit": "money", "reference": text.label("cohort", "baseline")}
    return Exhibit(charts.panels, shown, options, frame_table("cohort_value", frame, columns, text))


section = Section(
    "cohort_value",
    say,
    people=dict.fromkeys(("eligible", "buyers"), ("contribution", "per_user", "low", "high")),
    of_people=True,
)
