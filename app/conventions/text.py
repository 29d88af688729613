"""The text of a version: what is put to the vote, what a lawyer would stumble over, what changed."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from app.conventions.models import CLAUSE_CLASS_LABELS, ClauseClass, ConventionKind
from app.core.i18n import lazy_gettext as _l
from app.core.masking import private_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.conventions.models import Clause, ConventionVersion

# Consequences and bans a convention can't impose (2018 guidance: no arbitrary coercive penalties;
# 2025 law art. 31: nothing against personal, democratic or property rights).
# Regular expressions on text without spaces or punctuation inside words.
IMPOSED = (
    "罚款|罚金|罚钱|违约金|滞纳金|没收|扣押|扣留|扣发|停发|剥夺|限制人身|限制选举",
    "(?:停止供应?|停供|停|断)(?:水|电|燃?气|暖|热)",
    "取消[^，。；、]{0,8}?(?:分红|福利|待遇|补贴|补助|资格|候选|低保)",
)
RISKY = (
    *IMPOSED,
    "连坐|株连|连带处罚|不予办理|列入黑名单|押金不退",
    "(?:不得|不准|不许|禁止|严禁|限制)(?:越级)?(?:上访|信访|诉讼|起诉|投诉|举报|检举|控告)|不得越级",
)
# "不得罚款", "不得采取停水、停电等方式" (Civil Code art. 944) ban the consequence. Only what follows at
# once is left out, so that "不得乱停车，违者罚款" is still found.
_BANNED = re.compile(
    "(?:不得|不准|不能|不可|禁止|严禁)(?:擅自|随意|任意|以|用|通过|采取|采用|实施|收取|设定)*"
    f"(?:(?:{'|'.join(IMPOSED)}|供(?:水|电|燃?气|暖|热))(?:、|或者|或|和|及|与)?)+"
)
_RISKY = [re.compile(pattern) for pattern in RISKY]

# Neijiang writes the party organisation's leadership into every convention.
LEADERSHIP = ("党组织领导", "党建引领", "党组织的领导", "党委领导", "党支部领导")


@dataclass(frozen=True)
class Finding:
    """Something to look at before the text goes on. `words` are those found, if any."""

    message: object
    clause: int | None = None
    words: str = ""


def findings(
    kind: ConventionKind, preamble: str, legal_basis: str, clauses: Sequence[Clause]
) -> list[Finding]:
    """What the drafting staff and the reviewing street office should look at. Nothing here decides:
    whether a word is in its right place is for people to judge."""
    texts = [(clause.position, f"{clause.heading}。{clause.text}") for clause in clauses]
    found = [
        Finding(_l("May impose what a convention can't impose"), position, word)
        for position, text in [*texts, (None, preamble)]
        for word in risky_words(text)
    ]
    found += [
        Finding(_l("Gives away somebody's telephone or identity number"), position, number)
        for position, text in [*texts, (None, preamble)]
        for number in private_numbers(text)
    ]
    if kind is ConventionKind.SERVICE_STANDARD:
        return found
    whole = preamble + "".join(clause.text for clause in clauses)
    if not any(word in whole for word in LEADERSHIP):
        found.append(
            Finding(_l("The party organisation's leadership of the estate is not written in"))
        )
    if not legal_basis:
        found.append(Finding(_l("The laws it stands on are not named")))
    covered = {clause.clause_class for clause in clauses}
    found += [
        Finding(_l("No clause of this class of content"), None, str(CLAUSE_CLASS_LABELS[missing]))
        for missing in ClauseClass
        if missing not in covered
    ]
    return found


def risky_words(text: str) -> list[str]:
    """What the text says of consequences and bans that a convention can't impose, each once."""
    plain = _BANNED.sub("", _INSIDE.sub("", unicodedata.normalize("NFKC", text)))
    return list(dict.fromkeys(found[0] for risky in _RISKY for found in risky.finditer(plain)))


# What may stand between two characters of a word to hide it, or by a slip.
_INSIDE = re.compile(r"(?<=[\u4e00-\u9fff])[\s\-_·.*/~^|]+(?=[\u4e00-\u9fff])")


def full_text(title: str, version: ConventionVersion) -> str:
    """The exact text that is put to the vote and frozen, in plain lines."""
    lines = [title]
    if version.preamble:
        lines.append(version.preamble)
    for clause in version.clauses:
        head = f"第{chinese_number(clause.position or 0)}条"
        lines.append(
            f"{head} {clause.heading} {clause.text}" if clause.heading else f"{head} {clause.text}"
        )
    return "\n".join(lines)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def chinese_number(number: int) -> str:
    """1 to 999 as clauses are numbered: 一, 十, 十二, 一百零三."""
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (digits[ones] if ones else "")


@dataclass(frozen=True)
class Difference:
    """A clause in two versions. `pieces` are (kind, text) with kind same, added or removed."""

    kind: str
    old: Clause | None
    new: Clause | None
    pieces: list[tuple[str, str]]


def compare(old: Sequence[Clause], new: Sequence[Clause]) -> Iterator[Difference]:
    """Clause by clause in the order of the new version, removed ones where they stood.

    Two clauses are the same one if they began as the same; numbers play no part.
    """
    old_ones = {_began_as(clause): clause for clause in old}
    continued = {_began_as(clause) for clause in new}
    gone = [clause for clause in old if _began_as(clause) not in continued]
    for clause in new:
        before = old_ones.get(_began_as(clause))
        if before is None:
            yield Difference("added", None, clause, [("added", clause.text)])
            continue
        # Removed clauses show before the first surviving clause that stood behind them.
        while gone and _stood_before(gone[0], before):
            yield _removed(gone.pop(0))
        same = (before.text, before.heading) == (clause.text, clause.heading)
        yield Difference(
            "same" if same else "changed", before, clause, list(pieces(before.text, clause.text))
        )
    for clause in gone:
        yield _removed(clause)


def _removed(clause: Clause) -> Difference:
    return Difference("removed", clause, None, [("removed", clause.text)])


def _stood_before(clause: Clause, other: Clause) -> bool:
    return (clause.position or 0) < (other.position or 0)


def _began_as(clause: Clause) -> int:
    return clause.origin_id or clause.id


def pieces(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The two texts as runs of same, removed and added characters."""
    if old == new:  # most clauses; looking for runs in a long one takes a second
        yield "same", old
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", old[i1:i2]
            continue
        if i2 > i1:
            yield "removed", old[i1:i2]
        if j2 > j1:
            yield "added", new[j1:j2]
