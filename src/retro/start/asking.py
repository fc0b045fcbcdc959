"""The few questions that nobody but the analyst can answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from retro.errors import RetroError, did_you_mean, shorten

MOST = 5
"""Questions of one start; what would be the sixth is assumed or stays unmapped, and is listed."""
NONE = "none"
"""The answer that leaves a column unmapped."""


@dataclass(frozen=True)
class Question:
    """A question.

    Attributes:
        key: What `--answer key=value` calls it.
        text: The question.
        options: The answers that fit; empty where any does.
        default: What `--yes` assumes; `none` leaves it unmapped.
        rule: What else an answer must be, in words; empty where it is.
    """

    key: str
    text: str
    options: tuple[str, ...] = ()
    default: str = NONE
    rule: Callable[[str], str] = field(default=lambda _: "", compare=False)


@dataclass
class Asker:
    """Answers questions: from flags, from a person, or by assuming what is likeliest.

    Attributes:
        given: Answers of flags, by key.
        person: Asks a person; None where nobody can be asked.
        assume: Whether what nobody was asked is assumed.
        tell: Tells a person why an answer does not fit; the question is put again.
        asked: The questions that were put.
        assumed: What was assumed, by question.
        unasked: Questions beyond the fifth, which are assumed too.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    person: Callable[[Question], str] | None = None
    assume: bool = False
    tell: Callable[[str], None] = lambda _: None
    asked: list[Question] = field(default_factory=list)
    assumed: dict[str, str] = field(default_factory=dict)
    unasked: list[Question] = field(default_factory=list)
    _used: set[str] = field(default_factory=set)

    def ask(self, question: Question) -> str:
        """The answer to a question.

        Raises:
            RetroError: A flag's answer is none of the options.
        """
        if question.key in self.given:
            self._used.add(question.key)
            return checked(question, self.given[question.key])
        if len(self.asked) == MOST:
            self.unasked.append(question)
            return question.default
        self.asked.append(question)
        if self.person is not None:
            return self._answered(question, self.person)
        self.assumed[question.key] = question.default
        return question.default

    def _answered(self, question: Question, person: Callable[[Question], str]) -> str:
        while True:
            try:
                return checked(question, person(question))
            except RetroError as reason:
                self.tell(str(reason))

    def is_sure(self, key: str) -> bool:
        """Whether the analyst answered, and nothing was assumed."""
        return key not in self.assumed and all(one.key != key for one in self.unasked)

    def settle(self) -> None:
        """Refuse answers to nothing, and questions that nobody could answer.

        Raises:
            RetroError: A flag answers no question, or a question is open and nothing may be assumed.
        """
        if strange := sorted(set(self.given) - self._used):
            known = [one.key for one in (*self.asked, *self.unasked)] + sorted(self._used)
            raise RetroError(
                f"--answer: key must be that of a question, got {strange[0]!r}. {did_you_mean(strange[0], known)}"
            )
        if self.assumed and not self.assume:
            open_ones = shorten([f"{key} ({default})" for key, default in self.assumed.items()])
            raise RetroError(
                f"retro start: questions must be answered at a terminal, got none there; open: {open_ones}. "
                "Answer with --answer key=value, or let --yes assume what stands in brackets."
            )


def checked(question: Question, answer: str) -> str:
    """An answer without the blanks around it.

    Raises:
        RetroError: It is none of the options, or not what the question's rule says.
    """
    answer = answer.strip()
    if question.options and answer not in (*question.options, NONE):
        hint = did_you_mean(answer, question.options)
        raise RetroError(
            f"{question.key}: answer must be one of {shorten(list(question.options))}, got {answer!r}. {hint}"
        )
    if rule := question.rule(answer):
        raise RetroError(f"{question.key}: answer must be {rule}, got {answer!r}.")
    return answer
