"""Leaderboard: its error against the ledger."""

import pandas as pd

from retro.sections.section import Context, Finding, Section, frame_table, records

_COLUMNS = ("at", "members", "shown", "booked", "mismatched", "off", "leaderboard_error_rate")


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How far the last leaderboard is from the ledger, against what is tolerated.

    The target `leaderboard_error_rate` is what is tolerated.
    """
    text = context.text
    if frame.empty:
        return Finding(text("leaderboard.say.none"), (), None, covered=False)
    last, target = records(frame)[-1], context.params.targets.get("leaderboard_error_rate")
    sentence = text(f"leaderboard.say.{'wrong' if last['off'] else 'right'}", last)
    if target is not None and last["off"]:
        key = "within" if last["leaderboard_error_rate"] < target else "beyond"
        sentence += text(f"leaderboard.say.{key}", target=float(target))
    entry = context.entry("leaderboard_error_rate", last, of=("off", "booked"))
    table = frame_table("leaderboard", frame.rename(columns={"snapshot_at": "at"}), _COLUMNS, text)
    return Finding(sentence, (entry,), table)


section = Section("leaderboard", say, level=2, people={"members": (), "mismatched": ()})
