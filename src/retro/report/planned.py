"""Blocks on the plan: what was registered before the start, and what was chosen afterwards."""

from collections.abc import Iterator

from retro.blocks import Block, Callout, Cell, Column, Paragraph, Table, spans
from retro.campaigns import CampaignParams
from retro.campaigns.plan import Plan
from retro.i18n import Text
from retro.report.locked import Registration
from retro.sections.scorecard import figure_label

_MONEY = "incremental_gmv"


def plan_blocks(found: Registration | None, params: CampaignParams, text: Text) -> tuple[Block, ...]:
    """Say what was registered of how the effect is told, beside what the report did.

    Args:
        found: When the plan was kept, as `registration` returns it; None without a plan.
        params: What the report was asked.
        text: Texts of the reader's language.

    Returns:
        None for kinds that judge no effect on sales.
    """
    if _MONEY not in params.judged_by:
        return ()
    plan = params.evaluation
    if plan is None or found is None:
        return (Paragraph(spans=spans(text("review.plan.none"))),)
    facts = {"day": text.day(plan.registered_on), "digest": plan.digest}
    kept = "unkept" if found.kept_on is None else "before" if found.before else "after"
    day = "" if found.kept_on is None else text.day(found.kept_on)
    said = text(f"review.plan.{kept}", facts, kept=day)
    rows = list(_rows(plan, params, text))
    others = [name for name, _, _, same in rows if not same]
    said += text("review.plan.other", names=others) if others else text("review.plan.as_planned")
    if found.then is not None:
        said += text("review.plan.replaced", digest=found.then.digest)
    if plan.hypotheses:
        said += text("review.plan.expected", hypotheses=[text.pick(one) for one in plan.hypotheses])
    tone = "note" if found.before and not others and found.then is None else "warning"
    return Callout(tone=tone, blocks=(Paragraph(spans=spans(said)),)), _table(rows, text)


def _rows(plan: Plan, params: CampaignParams, text: Text) -> Iterator[tuple[str, str, str, bool]]:
    """Name, what was registered, what the report did, and whether they are alike."""
    roi, window = params.roi, params.window
    used = "hold_out" if params.hold_out is not None else "time_series"
    pairs = {
        "estimator": (text(f"review.plan.{plan.estimator}"), text(f"review.plan.{used}")),
        "window": (text.period(plan.start, plan.end), text.period(window.start, window.end)),
        "anticipation_days": (text.exact(plan.anticipation_days, 0), text.exact(roi.anticipation_days, 0)),
        "settling_days": (text.exact(plan.settling_days, 0), text.exact(roi.settling_days, 0)),
        "primary": (figure_label(plan.primary, text), figure_label("net_contribution", text)),
    }
    for name, (registered, done) in pairs.items():
        yield text(f"review.plan.keys.{name}"), registered, done, registered == done
    if plan.hold_out_share is not None:
        yield text("review.plan.keys.hold_out_share"), text.value(plan.hold_out_share, "rate"), "", True
    if plan.detectable is not None:
        yield text("review.plan.keys.detectable"), text.value(plan.detectable, "money"), "", True


def _table(rows: list[tuple[str, str, str, bool]], text: Text) -> Table:
    columns = tuple(Column(label=text(f"review.plan.{name}")) for name in ("key", "registered", "used"))
    cells = tuple(
        (Cell(text=name), Cell(text=registered), Cell(text=done, tone="" if same else "watch"))
        for name, registered, done, same in rows
    )
    return Table(caption=text("review.plan.caption"), columns=columns, rows=cells)
