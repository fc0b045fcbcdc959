"""Borne out: the actions of the params, held against what the report found."""

from collections.abc import Mapping
from dataclasses import replace

from retro.campaigns.review import Action
from retro.sections.section import Context, Finding


def borne_out(context: Context, findings: Mapping[str, Finding]) -> Context:
    """The context with its actions as the findings bear them out.

    An action that ships what its experiment does not say to ship waits: it says so, stands last, and its worth does not
    count.

    Args:
        context: Params and texts.
        findings: The report's findings by section.
    """
    ships = {name: ship for finding in findings.values() for name, ship in finding.ships.items()}
    actions = context.params.actions
    waiting = [action for action in actions if ships.get(action.ships) is False]
    if not waiting:
        return context
    others = [action for action in actions if action not in waiting]
    told = (*others, *(_waits(action, context) for action in waiting))
    return replace(context, params=context.params.model_copy(update={"actions": told}))


def _waits(action: Action, context: Context) -> Action:
    text = context.text
    named = {one.id: text.pick(one.title) if one.title is not None else one.id for one in context.params.experiments}
    words = text("advice.waits", what=text.pick(action.what), experiment=named[action.ships])
    return action.model_copy(update={"what": {**action.what, text.lang: words}, "worth": None})
