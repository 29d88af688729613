"""The people of the parts that change something: accounts like the sample's own, a full meeting,
and afterwards a look at what has come of it. All in a copy of a sample, never in the sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from app import create_app
from app.accounts.models import RoleGrant, User
from app.audit.models import AuditEntry
from app.core.db import begin_writing, db
from app.meetings.models.attendance import Capacity, Invitation
from app.meetings.models.meetings import Meeting
from app.people.models import Person
from benchmarks.apart import apart
from benchmarks.inspection import cookie_of, signed_in
from benchmarks.samples import Sample

_COPIED = ("community_id", "unit_id")


@dataclass(frozen=True)
class Cast:
    """Session cookies by the account that theirs are like, and people invited to the meeting that
    is running, who have not come yet."""

    cookies: dict[str, list[str]]
    invitations: list[int]


@dataclass(frozen=True)
class Tally:
    """How many of the invited are present, and how often their coming stands in the trail."""

    present: int
    recorded: list[int]


def gather(sample: Sample, like: dict[str, int], *, invited: int = 0) -> Cast:
    """So many accounts like each of these, and so many more people invited."""
    meeting = sample.facts["meeting"]
    return apart(_gather, meeting, like, invited, environment=sample.environment)


def tally(sample: Sample, invitations: list[int]) -> Tally:
    return apart(_tally, invitations, environment=sample.environment)


def residents(sample: Sample) -> int:
    return apart(_residents, environment=sample.environment)


def _gather(meeting_id: int, like: dict[str, int], invited: int) -> Cast:
    app = create_app()
    with app.app_context():
        begin_writing()
        meeting = db.session.get_one(Meeting, meeting_id)
        people = _strangers(meeting)
        names = {username: _accounts(username, many, people) for username, many in like.items()}
        invitations = [
            Invitation(meeting_id=meeting_id, person_id=next(people), capacity=Capacity.MEMBER)
            for _ in range(invited)
        ]
        db.session.add_all(invitations)
        db.session.commit()
        ids = [invitation.id for invitation in invitations]
    cookies = {
        username: [cookie_of(app, signed_in(app, name, "bench")) for name in added]
        for username, added in names.items()
    }
    return Cast(cookies, ids)


def _strangers(meeting: Meeting) -> Iterator[int]:
    """Residents of the meeting's community who have no account and are not invited."""
    return iter(
        db.session.scalars(
            select(Person.id)
            .where(
                Person.community_id == meeting.community_id,
                Person.moved_out_on.is_(None),
                Person.household_id.is_not(None),
                ~select(User.id).where(User.person_id == Person.id).exists(),
                ~select(Invitation.id)
                .where(Invitation.meeting_id == meeting.id, Invitation.person_id == Person.id)
                .exists(),
            )
            .order_by(Person.id)
        ).all()
    )


def _accounts(username: str, many: int, people: Iterator[int]) -> list[str]:
    """Makes so many accounts like that one, each with its roles; returns their names."""
    model = db.session.scalars(select(User).where(User.username == username)).one()
    grants = db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == model.id)).all()
    added = []
    for number in range(1, many + 1):
        user = User(
            username=f"{username}-{number}",
            name=model.name,
            person_id=next(people) if model.person_id else None,
            **{name: getattr(model, name) for name in _COPIED},
        )
        db.session.add(user)
        db.session.flush()
        db.session.add_all(
            RoleGrant(user_id=user.id, role=grant.role, place_id=grant.place_id)
            for grant in grants
            if grant.withdrawn_at is None
        )
        added.append(user.username)
    return added


def _tally(invitations: list[int]) -> Tally:
    with create_app().app_context():
        rows = db.session.scalars(select(Invitation).where(Invitation.id.in_(invitations))).all()
        acts = select(AuditEntry.detail).where(AuditEntry.action == "meeting.check_in")
        recorded = Counter(detail.get("invitation") for detail in db.session.scalars(acts))
        return Tally(
            sum(invitation.is_present for invitation in rows), [recorded[i] for i in invitations]
        )


def _residents() -> int:
    with create_app().app_context():
        return db.session.scalar(select(func.count()).select_from(Person)) or 0
