import pytest

from app.core.db import db
from app.topics.models import ContentClass, TopicSource
from app.topics.services import screening, topics


@pytest.fixture
def draft(cast):
    """Makes a draft by a resident (张建国 unless another user's name in the cast is given)."""

    def drafting(by="resident", **more):
        actor = cast.actor(by)
        given = {
            "community_id": cast.community.id,
            "title": "2栋单元门禁坏了三个月",
            "body": "外人随便进出，晚上没有灯。",
            "wish": "请物业尽快修好",
            "source": TopicSource.OPINION_POINT,
            "author_id": actor.person_id,
        }
        topic = topics.raise_topic(actor, **(given | more))
        db.session.commit()
        return topic

    return drafting


@pytest.fixture
def submitted(cast, draft):
    """Makes a submitted topic."""

    def submitting(by="resident", **more):
        topic = draft(by, **more)
        topics.submit(cast.actor(by), topic)
        db.session.commit()
        return topic

    return submitting


@pytest.fixture
def accepted(cast, submitted):
    """Makes a topic that staff have taken up."""

    def accepting(by="resident", **more):
        topic = submitted(by, **more)
        screening.accept(cast.actor("staff"), topic, content_class=ContentClass.DIFFICULTIES)
        db.session.commit()
        return topic

    return accepting
