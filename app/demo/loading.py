"""Putting the sample together."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw
from sqlalchemy import select

from app.accounts.models import User
from app.audit import interface as audit
from app.audit.models import AuditEntry
from app.core import clock, files
from app.core.db import db
from app.core.i18n import lazy_gettext as _l
from app.core.upkeep import continue_numbering, refresh_statistics
from app.demo import history
from app.demo.course import Calendar
from app.demo.credits import Credits, Weeks
from app.demo.past import Past
from app.demo.rows import Rows
from app.demo.scales import SCALES, Scale
from app.demo.story import all_scenes as story
from app.demo.world import EstatePlan, World, import_streets
from app.ledger import interface as ledger
from app.places.models import EstateKind, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.demo.world import Community

LOADED = "demo.load"  # in the trail, written last
MANY = 5000  # awards in a week: worth a commit, and telling how far it has come
RULES_SINCE = date(2026, 1, 1)  # nothing is credited before the rules that say what it is worth
EARLIEST = date(2026, 7, 1)  # half a year of story lies behind the day of loading, by these rules
_AHEAD = 120  # days in which all that is under way would come to its end

# An estate as it really was (the parking matter): 19 buildings, 1,036 households.
GUIHUA = EstatePlan("桂花苑", EstateKind.OLD, buildings=19, households=1036)
_NAMES = [
    "滨江路",
    "忠山",
    "百子图",
    "长江",
    "酒谷",
    "枇杷沟",
    "学院路",
    "云龙",
    "丹桂",
    "翠微",
    "连江",
    "凤凰",
    "摩尔",
    "佳乐",
    "东升",
    "城北",
    "皂角",
    "新民",
    "报恩",
    "水井坊",
    "瓦窑坝",
    "麻柳",
    "龙透关",
    "金山",
    "康城",
    "碧桂",
    "江畔",
    "沙湾",
    "茜草坝",
    "蓝田坝",
]


def in_use() -> bool:
    """Whether there are accounts, the sample's or others."""
    return db.session.scalar(select(User.id).limit(1)) is not None


def is_half_loaded() -> bool:
    """Whether a load was interrupted: there are accounts, but the trail says neither that a load
    came to its end nor that a person made them."""
    made = select(AuditEntry.id).where(AuditEntry.action.in_((LOADED, "setup", "user.create")))
    return in_use() and db.session.scalar(made.limit(1)) is None


def load(scale_name: str, seed: int, folder: Path, say: Callable[[object], None]) -> None:
    """Make the sample. What is many is written community by community, then week by week, so
    that memory stays bounded. Of a small one all is written or nothing; a large one is too much
    for one transaction, and only its last says that it is whole."""
    scale = SCALES[scale_name]
    random = Random(seed)
    last = clock.today() - timedelta(days=1)
    first = max(clock.today() - timedelta(days=365), RULES_SINCE)
    streets = import_streets()
    photos = _photos(folder)
    calendar = Calendar(first, last + timedelta(days=_AHEAD))
    rows = Rows()
    world = World(random, rows)
    own = world.community(
        streets[0], "桂花社区", [[GUIHUA], [EstatePlan("桂花新居", EstateKind.MATURE, 6, 240)]]
    )
    accounts = world.sample_accounts(
        own, streets[0], db.session.get_one(Place, streets[0].parent_id)
    )
    with TemporaryDirectory() as scratch:
        weeks = Weeks(Path(scratch), last)
        _live(rows, own, scale, random, first, last, calendar, photos, weeks)
        say(_l("%(community)s: %(people)s residents", community=own.name, people=len(own.people)))
        for number, community in enumerate(_others(world, streets, scale), start=1):
            _live(rows, community, scale, random, first, last, calendar, photos, weeks)
            if number % 10 == 0:
                say(
                    _l(
                        "%(number)s of %(all)s further communities",
                        number=number,
                        all=scale.communities - 1,
                    )
                )
        continue_numbering()
        for number, (friday, posted) in enumerate(weeks.post(rows), start=1):
            if posted > MANY:
                scale.save()
                if number % 5 == 0:
                    say(_l("Points credited up to %(day)s", day=friday))
    continue_numbering()
    story.tell(own, accounts)
    ledger.seal(up_to=last)
    audit.record(None, LOADED, kind="sample", id=None, scale=scale_name, seed=seed)
    continue_numbering()
    refresh_statistics()
    db.session.commit()


def _others(world: World, streets: list[Place], scale: Scale) -> Iterator[Community]:
    for number in range(1, scale.communities):
        street = streets[number % len(streets)] if scale.communities > len(_NAMES) else streets[0]
        stem = _NAMES[number % len(_NAMES)] + (
            "" if number < len(_NAMES) else f"第{number // len(_NAMES) + 1}"
        )
        grids = [
            [
                EstatePlan(
                    f"{stem}{chr(0x7532 + index)}苑" if index < 1 else f"{stem}{index + 1}号院",
                    kind,
                    6,
                    scale.households,
                )
            ]
            for index, kind in zip(range(scale.grids), _kinds(), strict=False)
        ]
        yield world.community(street, f"{stem}社区", grids)


def _kinds() -> Iterator[EstateKind]:
    while True:
        yield from EstateKind


def _live(
    rows: Rows,
    community: Community,
    scale: Scale,
    random: Random,
    first: date,
    last: date,
    calendar: Calendar,
    photos: list[int],
    weeks: Weeks,
) -> None:
    """Write the community and its year; what its people earned is kept for `weeks`."""
    rows.write()
    credits_ = Credits(random, community)
    past = Past(
        random, rows, credits_, community, history.council_rule(), photos, calendar, last
    )  # fmt: skip
    history.write(past, scale, first)
    rows.write()
    credits_.add_deeds(scale.awards, first, last)
    weeks.keep(credits_)
    scale.save()


def _photos(folder: Path) -> list[int]:
    """A few drawn pictures that stand for photos of work done."""
    ids = []
    for number, (sky, ground) in enumerate(
        [("#cfe3ea", "#7b8f6a"), ("#e9dcc3", "#8a8378"), ("#d7e0d2", "#5f7a63")], 1
    ):
        picture = Image.new("RGB", (960, 640), sky)
        draw = ImageDraw.Draw(picture)
        draw.rectangle((0, 420, 960, 640), fill=ground)
        for column in range(6):
            left = 40 + column * 152
            draw.rectangle((left, 470, left + 130, 610), outline="#ffffff", width=6)
        content = BytesIO()
        picture.save(content, "JPEG", quality=80)
        ids.append(
            files.store(folder, f"办结照片{number}.jpg", "image/jpeg", content.getvalue()).id
        )
    return ids
