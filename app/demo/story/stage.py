"""Who acts, when, and the few moves that every scene of the story makes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.accounts.interface import actor_of
from app.accounts.models import User
from app.core import clock
from app.core.db import db
from app.core.files import StoredFile
from app.meetings import interface as meetings
from app.meetings.models.agenda import AgendaItem, ItemKind, Outcome
from app.meetings.models.attendance import CheckIn, Invitation
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import MeetingKind
from app.meetings.models.votes import VoteMode
from app.people.models import Person, Unit
from app.places.models import Place
from app.platforms.models import Platform
from app.resolutions import interface as resolutions
from app.resolutions.models import Resolution
from app.topics import interface as platforms
from app.topics.models import ContentClass, Topic, TopicSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.core.access import Actor
    from app.demo.world import Community

CONTACT = "社区居委会 0830-2345678，党群服务中心一楼，陈主任"


@dataclass
class Stage:
    """The community of the story with its people at hand."""

    community: Community
    accounts: dict[str, int]

    today: date = field(default_factory=clock.today)

    def days_ago(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """A moment so many days before the day on which the sample is made."""
        return clock.at(self.today - timedelta(days=days), hour, minute)

    def actor(self, name: str) -> Actor:
        """One of the sample accounts, as it acts."""
        return actor_of(db.session.get_one(User, self.accounts[name]))

    @property
    def staff(self) -> Actor:
        return self.actor("staff")

    @property
    def host(self) -> Actor:
        return self.actor("host")

    @property
    def resident(self) -> Person:
        """The person behind the account `resident`."""
        return db.session.get_one(Person, self.community.representatives[0])

    def person(self, number: int) -> Person:
        """One of the representatives, by number."""
        return db.session.get_one(Person, self.community.representatives[number])

    def unit(self, number: int = 0) -> Unit:
        return db.session.get_one(Unit, self.community.units[number])

    @property
    def platform(self) -> Platform:
        return db.session.get_one(Platform, self.community.platform_id)

    @property
    def place(self) -> Place:
        return db.session.get_one(Place, self.community.id)

    @property
    def photos(self) -> list[StoredFile]:
        return list(db.session.scalars(select(StoredFile).order_by(StoredFile.id).limit(3)))

    def topic(
        self, author: Person, title: str, body: str, wish: str,
        content: ContentClass = ContentClass.DIFFICULTIES, *, accepted: bool = True,
        platform: Platform | None = None,
    ) -> Topic:  # fmt: skip
        """A topic entered by staff for a resident, submitted, and accepted unless not wished."""
        topic = platforms.raise_topic(
            self.staff, community_id=self.community.id, title=title, body=body, wish=wish,
            source=TopicSource.OPINION_POINT, author_id=author.id,
        )  # fmt: skip
        platforms.submit(self.staff, topic)
        if accepted:
            platforms.accept(
                self.staff, topic, content_class=content, platform=platform or self.platform
            )
        return topic

    def prepare(
        self, title: str, starts_at: datetime, topics: list[tuple[Topic, str]],
        kind: MeetingKind = MeetingKind.COUNCIL, *, platform: Platform | None = None,
        item_kind: ItemKind = ItemKind.VOTE,
    ) -> Meeting:  # fmt: skip
        """A meeting on a platform (the council's) with a report and a vote on each topic."""
        platform = platform or self.platform
        meeting = meetings.draft_meeting(
            self.staff, platform=platform, kind=kind, title=title, starts_at=starts_at,
            venue=platform.venue, host_id=self.accounts["host"], recorder_id=self.accounts["staff"],
        )  # fmt: skip
        meetings.add_item(
            self.staff, meeting, kind=ItemKind.REPORT, title="通报上次会议决议办理情况", planned=10
        )
        for topic, motion in topics:
            meetings.add_item(
                self.staff,
                meeting,
                kind=item_kind,
                title=topic.title,
                planned=30,
                motion=motion,
                topic=topic,
            )
        return meeting

    def invite_council(self, meeting: Meeting, members: int = 14) -> None:
        meetings.invite_people(self.staff, meeting, self.community.representatives[:members])
        meetings.invite_units(self.staff, meeting, self.community.units[:2])

    def hold(
        self, meeting: Meeting, votes: dict[str, tuple[int, int]], notes: dict[str, str]
    ) -> None:
        """Hold a meeting to its end. `votes` gives nays and abstentions per item title; everybody
        else present says aye."""
        invited = self.invitations(meeting)
        with moment(meeting.starts_at - timedelta(minutes=10)):
            for invitation in invited[: -max(1, len(invited) // 8)]:
                meetings.check_in(
                    self.host, invitation, method=CheckIn.LIST,
                    representative="项目经理" if invitation.unit_id else None,
                )  # fmt: skip
        with moment(meeting.starts_at):
            meetings.open_meeting(self.host, meeting)
        for number, item in enumerate(self.items(meeting)):
            with moment(meeting.starts_at + timedelta(minutes=10 + 30 * number)):
                meetings.start_item(self.host, item)
                meetings.save_notes(
                    self.host, item, notes=notes.get(item.title, "已通报，与会人员无异议。"), dissent="",
                    version=item.version,
                )  # fmt: skip
                if item.kind is ItemKind.VOTE:
                    self._decide(item, *votes.get(item.title, (0, 0)))
                elif item.topic_id:
                    meetings.settle_item(self.host, item, outcome=Outcome.AGREED)
        with moment(meeting.starts_at + timedelta(minutes=90)):
            meetings.close_meeting(self.host, meeting)
        with moment(meeting.starts_at + timedelta(hours=18)):
            meetings.confirm_minutes(self.host, meeting)

    def _decide(self, item: AgendaItem, nays: int, abstentions: int) -> None:
        vote = meetings.open_vote(
            self.host, item, mode=VoteMode.SHOW_OF_HANDS, scrutineer="监督委员", teller="楼栋长"
        )
        meetings.close_vote(
            self.host, vote, counts=(vote.present - nays - abstentions, nays, abstentions)
        )

    def record(self, meeting: Meeting, title: str, text: str | None = None) -> Resolution:
        """The resolution on the item of that title, in the words of its motion unless it had none."""
        item = next(item for item in self.items(meeting) if item.title == title)
        return resolutions.record(self.host, item, title=title, text=text or item.motion)

    def invitations(self, meeting: Meeting) -> list[Invitation]:
        return list(
            db.session.scalars(
                select(Invitation)
                .where(Invitation.meeting_id == meeting.id, Invitation.user_id.is_(None))
                .order_by(Invitation.id)
            )
        )

    def items(self, meeting: Meeting) -> list[AgendaItem]:
        return list(
            db.session.scalars(
                select(AgendaItem)
                .where(AgendaItem.meeting_id == meeting.id)
                .order_by(AgendaItem.position)
            )
        )


@contextmanager
def moment(at: datetime) -> Iterator[None]:
    """Inside, it is that moment; what was read before is read anew."""
    with clock.frozen(at):
        yield
        db.session.flush()
