"""An assembly that decides on a convention."""

from datetime import timedelta

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.attendance import CheckIn, Invitation
from app.meetings.models.rules import MeetingKind
from app.meetings.models.votes import VoteMode
from app.meetings.services import attendance, convening, groups, session, voting
from app.people.models import Appointment, AppointmentKind
from app.platforms import services as platforms
from app.platforms.models import PlatformKind


def assembly(cast, *, platform="居民议事角", appoint=True):
    """A representatives' assembly being prepared, and the platform it is held on."""
    staff = cast.actor("staff")
    for person in (cast.wang, cast.zhao, cast.chen) if appoint else ():
        db.session.add(
            Appointment(
                person_id=person.id,
                kind=AppointmentKind.RESIDENT_REP,
                place_id=cast.community.id,
                since=clock.today() - timedelta(days=30),
            )
        )
    db.session.flush()
    held_on = platforms.open_platform(
        staff,
        community_id=cast.community.id,
        name=platform,
        kind=PlatformKind.COUNCIL,
        place_id=cast.community.id,
        venue="二楼",
    )
    return convening.draft_meeting(
        staff,
        platform=held_on,
        kind=MeetingKind.REPS_ASSEMBLY,
        title="居民代表会议",
        starts_at=clock.now() + timedelta(days=12),
        venue="二楼",
        host_id=cast.host.id,
        recorder_id=cast.staff.id,
    )


def decide(cast, meeting, *, ayes_but: int, at=None):
    """Convene and hold the assembly; everybody says aye but so many who say nay. The vote
    is closed at once unless another moment is given."""
    staff, host = cast.actor("staff"), cast.actor("host")
    groups.invite_group(staff, meeting, group=groups.Group.COMPOSITION)
    convening.convene(staff, meeting)
    with clock.frozen(meeting.starts_at):
        for invitation in db.session.scalars(
            select(Invitation).where(
                Invitation.meeting_id == meeting.id, Invitation.person_id.is_not(None)
            )
        ).all():
            attendance.check_in(host, invitation, method=CheckIn.LIST)
        session.open_meeting(host, meeting)
        item = meetings_items(meeting)[0]
        session.start_item(host, item)
        vote = voting.open_vote(host, item, mode=VoteMode.SHOW_OF_HANDS)
    with clock.frozen(at or meeting.starts_at):
        voting.close_vote(host, vote, counts=(vote.present - ayes_but, ayes_but, 0))


def meetings_items(meeting):
    return db.session.scalars(select(AgendaItem).where(AgendaItem.meeting_id == meeting.id)).all()
