"""Raising, changing and submitting topics."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, insert, select

from app.core import clock
from app.core.access import Actor
from app.core.db import db, hold
from app.core.errors import Refused, Stale
from app.core.i18n import lazy_gettext as _l
from app.core.numbering import number_of_year
from app.people.models import Person, Unit
from app.places.interface import inside
from app.places.models import Level, Place
from app.topics import policy
from app.topics.models import Topic, TopicBuilding, TopicSource
from app.topics.services.steps import move, record
from app.topics.services.units_concerned import set_concerned
from app.topics.states import TopicState

# Sources that speak for themselves: no resident is the author.
_WITHOUT_AUTHOR = frozenset({TopicSource.PARTY, TopicSource.UNIT, TopicSource.SUPERIOR})


def raise_topic(
    actor: Actor,
    *,
    community_id: int,
    title: str,
    body: str,
    wish: str = "",
    source: TopicSource = TopicSource.OPINION_POINT,
    author_id: int | None = None,
    unit_id: int | None = None,
    building_ids: Iterable[int] = (),
    concerned_ids: Iterable[int] = (),
    sensitive: bool = False,
) -> Topic:
    """Write down a topic as a draft that only its author and the user who entered it can see.

    A resident raises their own (`author_id` is theirs); staff and grid workers enter one for a
    resident, or for a unit, the Party organisation or a superior, and name the units it concerns.

    Refused (field "author_id" or "unit_id") if the source asks for one and it is missing, or the
    other way round, (field "building_ids", "concerned_ids" or the two above) if one is of another
    community.
    """
    _check_origin(community_id, source, author_id, unit_id)
    topic = Topic(
        number=number_of_year("topic", community_id),
        community_id=community_id,
        title=title,
        body=body,
        wish=wish,
        source=source,
        author_id=author_id,
        unit_id=unit_id,
        entered_by_id=actor.id,
        by_proxy=author_id is not None and author_id != actor.person_id,
        sensitive=sensitive,
        state=TopicState.DRAFT,
        raised_at=clock.now(),
    )
    db.session.add(topic)
    db.session.flush()
    _set_buildings(topic, building_ids)
    set_concerned(topic, concerned_ids)
    record(actor, "topic.raise", topic, title=title, source=source.value)
    return topic


def edit_topic(
    actor: Actor,
    topic: Topic,
    *,
    version: int,
    title: str,
    body: str,
    wish: str = "",
    building_ids: Iterable[int] = (),
) -> None:
    """Change what a draft or returned topic says. Refused unless the actor may edit it, (field
    "building_ids") if one is in another community; Stale if it was changed since `version`."""
    hold(topic)
    if topic.version != version:
        raise Stale(_l("Somebody else has changed this since you opened it. Please look again."))
    if not policy.may_edit(actor, topic):
        raise Refused(_l("What was submitted can't be changed any more."))
    topic.title = title
    topic.body = body
    topic.wish = wish
    topic.version += 1
    db.session.flush()
    _set_buildings(topic, building_ids)
    record(actor, "topic.edit", topic, title=title)


def submit(actor: Actor, topic: Topic) -> None:
    """Hand a draft or a returned topic to the community for screening. Refused for those who didn't
    write it, and if it has been submitted."""
    if not policy.wrote(actor, topic):
        raise Refused(_l("Only its author can submit a topic."))
    first = topic.state is TopicState.DRAFT
    move(actor, topic, "submit")
    if first:
        # A draft may have lain for weeks: the topic is raised when it is handed in.
        topic.raised_at = topic.moved_at
        db.session.flush()


def _check_origin(
    community_id: int, source: TopicSource, author_id: int | None, unit_id: int | None
) -> None:
    """Refused unless the source has the author or unit that it needs, of this community, and no
    other: what was chosen is never left out silently."""
    if source is TopicSource.UNIT and unit_id is None:
        raise Refused(_l("Choose the unit it came from."), field="unit_id")
    if source not in _WITHOUT_AUTHOR and author_id is None:
        raise Refused(_l("Choose the resident it came from."), field="author_id")
    if source in _WITHOUT_AUTHOR and author_id is not None:
        raise Refused(
            _l(
                "What comes from this source has no resident as its author."
                " Choose nobody here, or another source."
            ),
            field="author_id",
        )
    if source is not TopicSource.UNIT and unit_id is not None:
        raise Refused(
            _l(
                "What comes from this source is not a unit's."
                " Choose no unit here, or another source."
            ),
            field="unit_id",
        )
    if author_id is not None:
        person = db.session.get(Person, author_id)
        if person is None or person.community_id != community_id:
            raise Refused(_l("This person is not of this community."), field="author_id")
    if unit_id is not None:
        unit = db.session.get(Unit, unit_id)
        if unit is None or unit.community_id != community_id:
            raise Refused(_l("This unit is not of this community."), field="unit_id")


def _set_buildings(topic: Topic, building_ids: Iterable[int]) -> None:
    wanted = set(building_ids)
    community = db.session.get_one(Place, topic.community_id)
    known = set(
        db.session.scalars(
            select(Place.id).where(
                Place.id.in_(wanted), Place.level == Level.BUILDING, inside(community.path)
            )
        )
    )
    if known != wanted:
        raise Refused(_l("This building is not in this community."), field="building_ids")
    db.session.execute(delete(TopicBuilding).where(TopicBuilding.topic_id == topic.id))
    if wanted:
        db.session.execute(
            insert(TopicBuilding), [{"topic_id": topic.id, "place_id": id_} for id_ in wanted]
        )
