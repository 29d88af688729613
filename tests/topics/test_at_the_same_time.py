"""Two people press a button at once: real threads, each with a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from app.accounts.models import User
from app.accounts.queries.sessions import actor_of
from app.core.db import begin_writing, db
from app.core.errors import Refused
from app.inbox.models import Message
from app.notices import services as notices
from app.notices.models import Notice, NoticeKind, Objection
from app.points.models import Award
from app.topics.models import ContentClass, Topic
from app.topics.queries import following, topics
from app.topics.services import cosigning, screening
from app.topics.services import topics as topics_services
from app.topics.states import TopicState
from tests import cast as cast_module

pytestmark = pytest.mark.both_engines


class Town:
    """An application on a database of its own, everything in it committed."""

    def __init__(self, app, ids):
        self.app = app
        self.ids = ids

    def once(self, call):
        """Run a call in a transaction of its own; returns its result or the Refused it raised."""
        with self.app.app_context():
            begin_writing()
            try:
                result = call()
                db.session.commit()
            except Refused as refusal:
                db.session.rollback()
                return refusal
            else:
                return result
            finally:
                db.session.remove()

    def together(self, *calls):
        """Run the calls in threads that start at the same moment."""
        start = Barrier(len(calls))

        def run(call):
            start.wait(timeout=30)
            return self.once(call)

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(run, calls))

    def topic(self, username="resident"):
        """The id of a new submitted topic."""

        def raising():
            author = actor(username)
            topic = topics_services.raise_topic(
                author, community_id=self.ids["community"], title="门禁坏了", body="",
                author_id=author.person_id,
            )  # fmt: skip
            topics_services.submit(author, topic)
            return topic.id

        return self.once(raising)


def actor(username):
    return actor_of(db.session.scalars(select(User).where(User.username == username)).one())


def the_topic(topic_id):
    return db.session.get_one(Topic, topic_id)


@pytest.fixture(scope="module")
def town(migrated_database, new_app):
    app = new_app(migrated_database())
    with app.app_context():
        begin_writing()
        members = cast_module.create()
        ids = {
            "community": members.community.id,
            "wang": members.wang.id,
            "zhang": members.zhang.id,
        }
        db.session.commit()
        db.session.remove()
    yield Town(app, ids)
    with app.app_context():
        db.engine.dispose()


def refused(results):
    return [result for result in results if isinstance(result, Refused)]


def test_of_two_decisions_about_a_topic_one_counts_and_the_author_is_told_it_alone(town):
    for _round in range(4):
        topic_id = town.topic()
        results = town.together(
            lambda topic_id=topic_id: screening.accept(
                actor("staff"), the_topic(topic_id), content_class=ContentClass.POLICY
            ),
            lambda topic_id=topic_id: screening.return_topic(
                actor("staff2"), the_topic(topic_id), reason="请补充"
            ),
        )
        steps, awards, state = town.once(
            lambda topic_id=topic_id: (
                len(topics.steps_of(topic_id)),
                db.session.scalar(
                    select(func.count(Award.id)).where(
                        Award.fact_key.contains(f"topic:{topic_id}:")
                    )
                ),
                the_topic(topic_id).state,
            )
        )
        assert len(refused(results)) == 1
        assert steps == 2
        assert awards == (1 if state is TopicState.ACCEPTED else 0)


def test_a_button_pressed_four_times_accepts_once(town):
    topic_id = town.topic()

    results = town.together(
        *[
            lambda: screening.accept(
                actor("staff"), the_topic(topic_id), content_class=ContentClass.POLICY
            )
        ]
        * 4
    )

    assert len(refused(results)) == 3
    told = town.once(
        lambda: db.session.scalar(
            select(func.count(Message.id)).where(Message.key.startswith(f"topic:{topic_id}:"))
        )
    )
    assert told == 2


def test_a_signature_sent_four_times_counts_once(town):
    topic_id, wang = town.topic(), town.ids["wang"]

    results = town.together(
        *[lambda: cosigning.cosign(actor("staff"), the_topic(topic_id), person_id=wang)] * 4
    )

    assert len(refused(results)) == 3
    assert town.once(lambda: list(following.cosigner_ids(topic_id))) == [wang]


def test_two_topics_merged_into_each_other_do_not_vanish(town):
    for _round in range(4):
        one, two = town.topic(), town.topic("resident2")
        results = town.together(
            lambda one=one, two=two: screening.merge(
                actor("staff"), the_topic(one), into=the_topic(two)
            ),
            lambda one=one, two=two: screening.merge(
                actor("staff2"), the_topic(two), into=the_topic(one)
            ),
        )
        states = town.once(lambda one=one, two=two: {the_topic(one).state, the_topic(two).state})
        assert len(refused(results)) == 1
        assert states == {TopicState.MERGED, TopicState.SUBMITTED}


def test_topics_raised_at_once_get_numbers_of_their_own(town):
    def raising():
        author = actor("resident")
        return topics_services.raise_topic(
            author,
            community_id=town.ids["community"],
            title="x",
            body="",
            author_id=author.person_id,
        ).number

    results = town.together(*[raising] * 4)

    assert len(set(results)) == 4


def test_one_subject_is_announced_once(town):
    def publishing():
        return notices.publish(
            actor("staff"), community_id=town.ids["community"], kind=NoticeKind.RESOLUTION,
            title="决议", body="内容", contact="电话", subject_kind="resolution", subject_id=1,
        ).id  # fmt: skip

    results = town.together(*[publishing] * 3)

    assert len(refused(results)) == 2


def test_an_objection_is_answered_once_and_none_slips_past_a_withdrawal(town):
    def publishing():
        return notices.publish(
            actor("staff"), community_id=town.ids["community"], kind=NoticeKind.AFFAIRS, title="收支",
            body="内容", contact="电话",
        ).id  # fmt: skip

    notice_id = town.once(publishing)
    objection_id = town.once(
        lambda: (
            notices.object_to(
                actor("resident"), db.session.get_one(Notice, notice_id), text="不对"
            ).id
        )
    )

    def answering(upheld):
        return lambda: notices.answer_objection(
            actor("staff"),
            db.session.get_one(Objection, objection_id),
            answer="说明",
            upheld=upheld,
        )

    answers = town.together(answering(upheld=True), answering(upheld=False))
    late = town.together(
        lambda: notices.withdraw(
            actor("staff"), db.session.get_one(Notice, notice_id), reason="有误"
        ),
        lambda: (
            notices.object_to(
                actor("resident2"), db.session.get_one(Notice, notice_id), text="也不对"
            ).id
        ),
    )

    assert len(refused(answers)) == 1
    assert len(refused(late)) <= 1
    assert late[0] is None
