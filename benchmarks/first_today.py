"""Today in a new session, beside the same page asked for once more: what a process keeps must not
depend on who asks."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from benchmarks.aims import judge
from benchmarks.browser import Browser
from benchmarks.inspection import new_sessions
from benchmarks.machine import measured_on
from benchmarks.section import Section, Setting, milliseconds, table
from benchmarks.serving import serving

PATH = "/today"
SESSIONS, QUICK_SESSIONS = 40, 12
WARM_UP = 5  # sessions before the measured ones: what a process does once is done
READING = f"""\
- **a new session**: `{PATH}` for the first time in a session, divided by the next time; medians of
  {SESSIONS} sessions of staff, each after {WARM_UP} others, one after the other, one process."""


@dataclass(frozen=True)
class Found:
    """Medians, in seconds."""

    engine: str
    scale: str
    first: float
    following: float

    @property
    def ratio(self) -> float:
        return self.first / self.following


def measure(setting: Setting) -> list[Found]:
    sample = setting.samples[-1]
    setting.say(f"Today in new sessions on {setting.engine.version}")
    sessions = WARM_UP + (QUICK_SESSIONS if setting.quick else SESSIONS)
    cookies = new_sessions(sample, "staff", sessions)
    first, following = [], []
    log = setting.folder / f"{sample.engine}-{sample.scale}.log"
    with serving("wsgi:app", sample.environment, log) as port:
        for cookie in cookies:
            browser = Browser(port, cookie)
            first.append(browser.page(PATH).seconds)
            following.append(browser.page(PATH).seconds)
    found = Found(sample.engine, sample.scale, median(first[WARM_UP:]), median(following[WARM_UP:]))
    setting.say(f"  {found.ratio:.2f} of the next")
    return [found]


def section(found: list[Found]) -> Section:
    judged = [judge(each.ratio, "session") for each in found]
    rows = [
        [
            each.engine,
            each.scale,
            f"{each.ratio:.2f}{verdict.mark}",
            milliseconds(each.first),
            milliseconds(each.following),
        ]
        for each, verdict in zip(found, judged, strict=True)
    ]
    head = ["engine", "scale", "first to next", "first", "next"]
    text = f"{table(head, rows)}\n\n{measured_on()}"
    return Section("Today in a new session", text, READING, judged)
