"""A full hall: three hundred people come at once, and three hosts check them in on the list.

Each host presses one button after the other without a pause; some people stand at two tables, and
both hosts press theirs. Afterwards each person has to be there once: in the register and in the trail.
"""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

from benchmarks import cast
from benchmarks.aims import judge
from benchmarks.apart import apart
from benchmarks.browser import Browser
from benchmarks.load import LoadError
from benchmarks.machine import measured_on
from benchmarks.samples import copied
from benchmarks.section import Section, Setting, milliseconds, percentile, table
from benchmarks.serving import default_workers, serving_with

PEOPLE, HOSTS, TWICE = 300, 3, 10  # TWICE: at each table so many who stand at the next one, too
ADDRESS = "/meetings/invitations/{}/check-in"
READING = f"""\
- **check-ins**: {HOSTS} hosts check {PEOPLE} people in on the list of the meeting that is running, each pressing
  one button after the other without thinking; {HOSTS * TWICE} people are pressed at two tables. Each has to be
  there once afterwards, in the register and in the trail."""


@dataclass(frozen=True)
class Found:
    engine: str
    scale: str
    seconds: float
    presses: list[float]
    wrong: int  # lost or doubled


def measure(setting: Setting) -> list[Found]:
    sample = setting.samples[-1]
    setting.say(f"{PEOPLE} check-ins on {setting.engine.version}")
    with copied(setting.engine, sample) as copy:
        gathered = cast.gather(copy, {"host": HOSTS}, invited=PEOPLE)
        tables = _tables(gathered.invitations)
        log = setting.folder / f"{sample.engine}-{sample.scale}.log"
        page = "/meetings/{meeting}/check-in".format(**copy.facts)
        with serving_with(default_workers(), "wsgi:app", copy.environment, log) as server:
            cookies = gathered.cookies["host"]
            seconds, presses = apart(_hall, server.port, cookies, page, tables, environment={})
        tally = cast.tally(copy, gathered.invitations)
    doubled = sum(times != 1 for times in tally.recorded)
    found = Found(
        sample.engine, sample.scale, seconds, presses, max(PEOPLE - tally.present, doubled)
    )
    setting.say(f"  in {found.seconds:.1f} s, {found.wrong} lost or doubled")
    return [found]


def section(found: list[Found]) -> Section:
    judged = [judge(each.wrong, "check-ins") for each in found]
    rows = [
        [
            each.engine,
            each.scale,
            f"{each.seconds:.1f} s",
            milliseconds(percentile(each.presses, 0.5)),
            milliseconds(percentile(each.presses, 0.99)),
            milliseconds(max(each.presses)),
            f"{each.wrong}{verdict.mark}",
        ]
        for each, verdict in zip(found, judged, strict=True)
    ]
    head = ["engine", "scale", "all in", "median (p50)", "p99", "slowest", "lost or doubled"]
    text = f"{table(head, rows)}\n\n{measured_on()}"
    return Section(f"{PEOPLE} check-ins by {HOSTS} hosts", text, READING, judged)


def _tables(invitations: list[int]) -> list[list[int]]:
    """Who stands where, the queues in no order."""
    queues = [invitations[number::HOSTS] for number in range(HOSTS)]
    tables = [
        [*queue, *queues[(number + 1) % HOSTS][:TWICE]] for number, queue in enumerate(queues)
    ]
    for number, waiting in enumerate(tables):
        random.Random(number).shuffle(waiting)
    return tables


def _hall(
    port: int, cookies: list[str], page: str, tables: list[list[int]]
) -> tuple[float, list[float]]:
    """Seconds until all were checked in, and of each press."""
    hosts = [Browser(port, cookie) for cookie in cookies]
    for host in hosts:
        host.page(page)
    begun = time.perf_counter()
    with ThreadPoolExecutor(len(hosts)) as at_once:
        presses = list(at_once.map(_at_table, hosts, tables))
    return time.perf_counter() - begun, list(chain.from_iterable(presses))


def _at_table(host: Browser, waiting: list[int]) -> list[float]:
    """Check them in; how long each press took."""
    presses = []
    for invitation in waiting:
        row = f"invitation-{invitation}"
        fragment = {"HX-Request": "true", "HX-Target": row}
        answer = host.post(ADDRESS.format(invitation), {}, **fragment)
        if answer.status != 200 or "is-here" not in answer.text:
            raise LoadError(f"{row}: {answer.status}")
        presses.append(answer.seconds)
    return presses
