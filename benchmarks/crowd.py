"""An afternoon's load: fifty people at once, each reading for five seconds between two clicks.

They are signed in as residents, staff, hosts, grid workers, contacts of units, street officers and
members of the oversight committee, and click about as these do: mostly pages, now and then an
entry of a list, now and then a form that changes something. A person who sends a form waits for
the page that follows, so that is what is timed.
"""

from __future__ import annotations

import html
import random
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import mean

from benchmarks import cast
from benchmarks.apart import apart
from benchmarks.browser import Browser
from benchmarks.load import LoadError
from benchmarks.machine import measured_on, resident, workers_of
from benchmarks.samples import copied
from benchmarks.section import Section, Setting, megabytes, milliseconds, percentile, table
from benchmarks.serving import default_workers, serving_with

THOUGHT = 5.0  # seconds between two clicks, from half to one and a half times as many
ARRIVING, SECONDS = 10.0, 60.0  # the first are not counted
QUICK_ARRIVING, QUICK_SECONDS = 5.0, 15.0
READING = f"""\
- **fifty people**: accounts of every role, `manage.py run`'s own number of processes, {THOUGHT:.0f} s of thought
  between an answer and the next click, {SECONDS:.0f} s after {ARRIVING:.0f} s of arriving; some clicks
  send a form, and then the time is that until the page after it. An answer that is
  not what it should be ends the run. **memory** is a worker's share (PSS) after that."""


@dataclass(frozen=True)
class Click:
    """A page; with `onward` one of the links on it that match, with `form` what is sent from it
    instead. `often` is how often it is chosen, beside the person's other clicks."""

    path: str
    onward: str = ""
    form: str = ""
    often: int = 4


BOARD = Click("/board?community={community}")
INBOX = Click("/inbox")
TOPICS = (Click("/topics"), Click("/topics", onward=r"/topics/\d+"))
TASKS = (Click("/tasks"), Click("/tasks", onward=r"/tasks/\d+"))
MEETINGS = (Click("/meetings"), Click("/meetings", onward=r"/meetings/\d+"))
TODAY = Click("/today", often=8)
CONSOLE = Click("/meetings/{meeting}/console", often=8)
CHECK_IN = Click(
    "/meetings/{meeting}/check-in?show=absent",
    form=r"/meetings/invitations/\d+/check-in",
)
RAISE = Click("/topics/new", form="/topics/new", often=3)
# The source counts where staff enter a topic: this one comes from the Party organisation, which needs no name.
TOPIC = {
    "title": "楼道照明损坏，夜间出行不便",
    "body": "三单元二楼至四楼的灯已坏一周。",
    "source": "party",
}
ENTER = Click("/topics/enter", form="/topics/enter", often=3)

# Whose account theirs are like, how many, and what they click on.
PEOPLE: tuple[tuple[str, int, tuple[Click, ...]], ...] = (
    ("resident", 24, (Click("/points/own", often=8), *TOPICS, Click("/rewards/shop"), BOARD, INBOX, RAISE)),
    ("staff", 12, (TODAY, *TASKS, *TOPICS, *MEETINGS, Click("/counter?q=%E5%BC%A0"), INBOX, ENTER)),
    ("host", 3, (CONSOLE, CHECK_IN, TODAY, *MEETINGS)),
    ("grid", 4, (TODAY, *TASKS, *TOPICS, ENTER)),
    ("unit", 3, (TODAY, *TASKS, INBOX)),
    ("street", 2, (TODAY, *TASKS, *MEETINGS, Click("/conventions"))),
    ("oversight", 2, (TODAY, *MEETINGS, Click("/points"), BOARD)),
)  # fmt: skip
INVITED = 400  # for the hosts to check in


@dataclass(frozen=True)
class Person:
    cookie: str
    clicks: tuple[Click, ...]


@dataclass
class Heard:
    """Seconds until what a click led to was there: of pages, and of forms with the page after."""

    pages: list[float] = field(default_factory=list)
    forms: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    engine: str
    scale: str
    workers: int
    seconds: float
    heard: Heard
    memory: list[float]  # megabytes of each worker

    @property
    def clicks(self) -> list[float]:
        return self.heard.pages + self.heard.forms


def measure(setting: Setting) -> list[Found]:
    """The afternoon, on as many processes as `run` starts. LoadError if any answer was a fault."""
    sample, workers = setting.samples[-1], default_workers()
    arriving = QUICK_ARRIVING if setting.quick else ARRIVING
    seconds = QUICK_SECONDS if setting.quick else SECONDS
    setting.say(f"Fifty people on {setting.engine.version}, {workers} processes")
    like = {username: many for username, many, _clicks in PEOPLE}
    with copied(setting.engine, sample) as copy:
        people = _with_cookies(cast.gather(copy, like, invited=INVITED), copy.facts)
        log = setting.folder / f"{sample.engine}-{sample.scale}.log"
        with serving_with(workers, "wsgi:app", copy.environment, log) as server:
            heard = apart(_afternoon, server.port, people, arriving, seconds, environment={})
            memory = [size for w in workers_of(server.process) if (size := resident(w))]
    if heard.faults:
        raise LoadError("; ".join(dict.fromkeys(heard.faults)))
    found = Found(sample.engine, sample.scale, workers, seconds, heard, memory)
    setting.say(f"  {milliseconds(percentile(found.clicks, 0.99))} at the 99th percentile")
    return [found]


def section(found: list[Found]) -> Section:
    head = ["engine", "scale", "processes", "clicks", "of them forms", "a second", "median (p50)",
            "p99", "p99 of forms", "slowest", "memory a worker"]  # fmt: skip
    text = f"{table(head, map(_row, found))}\n\n{measured_on()}"
    return Section("Fifty people", text, READING)


def _row(found: Found) -> list[str]:
    clicks, forms = found.clicks, found.heard.forms
    return [
        found.engine,
        found.scale,
        f"{found.workers}",
        f"{len(clicks)}",
        f"{len(forms)}",
        f"{len(clicks) / found.seconds:.1f}",
        milliseconds(percentile(clicks, 0.5)),
        milliseconds(percentile(clicks, 0.99)),
        milliseconds(percentile(forms, 0.99)) if forms else "–",
        milliseconds(max(clicks)),
        megabytes(mean(found.memory) if found.memory else None),
    ]


def _with_cookies(gathered: cast.Cast, facts: dict[str, int]) -> list[Person]:
    """The people, the community and the meeting written into the paths of their clicks."""
    return [
        Person(
            cookie,
            tuple(
                Click(click.path.format(**facts), click.onward, click.form, click.often)
                for click in clicks
            ),
        )
        for username, _many, clicks in PEOPLE
        for cookie in gathered.cookies[username]
    ]


def _afternoon(port: int, people: list[Person], arriving: float, seconds: float) -> Heard:
    """All of them, each in a thread, until the time is over."""
    heard, begun = Heard(), time.monotonic()
    threads = [
        threading.Thread(
            target=_visit,
            args=(Browser(port, person.cookie), person, random.Random(number), heard),
            kwargs={"counted": begun + arriving, "until": begun + arriving + seconds},
        )
        for number, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return heard


def _visit(
    browser: Browser,
    person: Person,
    chance: random.Random,
    heard: Heard,
    *,
    counted: float,
    until: float,
) -> None:
    steps, wait = _steps(browser, person.clicks, chance), chance.uniform(0, THOUGHT)
    while time.monotonic() + wait < until and not heard.faults:
        time.sleep(wait)
        begun = time.monotonic()
        try:
            sort, seconds = next(steps)
        except (LoadError, OSError) as error:
            heard.faults.append(str(error))
            return
        if begun >= counted:
            getattr(heard, sort).append(seconds)
        wait = chance.uniform(THOUGHT / 2, THOUGHT * 3 / 2)


def _steps(
    browser: Browser, clicks: tuple[Click, ...], chance: random.Random
) -> Iterator[tuple[str, float]]:
    """One click after the other: "pages" or "forms", and how long it took."""
    while True:
        [click] = chance.choices(clicks, [click.often for click in clicks])
        page = browser.page(click.path)
        yield "pages", page.seconds
        links = re.findall(f'href="({click.onward})"', page.text) if click.onward else []
        actions = re.findall(f'action="({click.form}[^"]*)"', page.text) if click.form else []
        if links:
            yield "pages", browser.page(chance.choice(links)).seconds
        if actions:
            yield "forms", _sent(browser, chance.choice(actions), page.text)


def _sent(browser: Browser, action: str, page: str) -> float:
    """Send the form, and go where the answer leads."""
    fields = dict(TOPIC)
    if key := re.search(r'name="form_key"[^>]*? value="([^"]+)"', page):
        fields["form_key"] = key[1]
    answer = browser.post(html.unescape(action), fields)
    if answer.status != 303:
        raise LoadError(f"{action} answers {answer.status}")
    return answer.seconds + browser.page(answer.headers["Location"]).seconds
