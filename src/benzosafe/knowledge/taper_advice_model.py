"""What the knowledge says of whether to taper: one statement with the condition under which it holds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from benzosafe.knowledge.model import Evidence, Status, Strict

AdvicePart = Literal[
    "refusal", "hold", "flag", "guidance", "setting", "harm_of_continuing", "harm_of_stopping", "first", "end"
]
AdviceLevel = Literal["", "major", "other", "block", "caution"]


class TaperAdvice(Strict):
    """A statement, when it holds, what it says and what to do; conditions name facts, and parameters for numbers.

    `when` empty: always. `unclear_when`: the record cannot settle it although `when` does not hold; `unclear` says why.
    `done_when`: what is asked for has been done. `level`: of a flag major or other, of a hold block or caution.
    """

    part: AdvicePart
    level: AdviceLevel = ""
    title: str
    when: str = ""
    unclear_when: str = ""
    unclear: str = ""
    done_when: str = ""
    words: str
    instead: str = ""
    status: Status = "draft"
    evidence: tuple[Evidence, ...] = Field(min_length=1)
