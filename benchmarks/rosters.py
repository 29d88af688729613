"""A hundred thousand residents taken in, as staff do it: a workbook is uploaded, looked at and taken
over, on the pages, by a server with one process, whose memory at its highest is what it took."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import xlsxwriter

from app.rosters.sheets import MOST_ROWS
from benchmarks import cast
from benchmarks.browser import Answer, Browser, Upload, options
from benchmarks.inspection import new_sessions
from benchmarks.load import LoadError
from benchmarks.machine import measured_on, resident, workers_of
from benchmarks.samples import copied
from benchmarks.section import Section, Setting, megabytes, table
from benchmarks.serving import serving_with

RESIDENTS, QUICK_RESIDENTS = 100_000, 3_000
ADDRESS = "/rosters"
HEAD = ("姓名", "性别", "出生日期", "联系电话", "楼栋", "单元", "房号", "政治面貌")
HOUSEHOLD = 3  # people in a home
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文辉力建国玉兰红春梅海燕雪松"
READING = """\
- **import**: workbooks of as many rows as one may have, with names, telephones and homes in buildings
  that are not there yet, uploaded, looked at and taken over one after the other on the pages.
  **reading** is the upload (read, tidied, identity numbers left out, kept), **preview** the pages on
  which its rows are looked at, **taking over** the button. **peak memory** is the most the process
  ever had, **before** what it had when it was up."""


@dataclass
class Found:
    """Seconds of each step, all workbooks together; megabytes."""

    engine: str
    residents: int
    workbooks: int
    reading: float = 0.0
    preview: float = 0.0
    taking_over: float = 0.0
    before: float | None = None
    peak: float | None = None


def measure(setting: Setting) -> list[Found]:
    """Take the residents in, workbook by workbook. LoadError if not all arrived."""
    sample = setting.samples[0]
    wanted = QUICK_RESIDENTS if setting.quick else RESIDENTS
    setting.say(f"Import of {wanted:,} residents on {setting.engine.version}")
    with copied(setting.engine, sample) as copy, TemporaryDirectory() as scratch:
        files = list(_workbooks(Path(scratch), wanted))
        found = Found(sample.engine, wanted, len(files))
        [cookie], were = new_sessions(copy, "staff", 1), cast.residents(copy)
        log = setting.folder / f"{sample.engine}-{sample.scale}.log"
        with serving_with(1, "wsgi:app", copy.environment, log) as server:
            workers = workers_of(server.process)
            found.before = resident(workers[0], "peak") if workers else None
            for file in files:
                _take_in(Browser(server.port, cookie), file, copy.facts["community"], found)
            found.peak = resident(workers[0], "peak") if workers else None
        added = cast.residents(copy) - were
    if added != wanted:
        raise LoadError(f"{added:,} residents were taken in instead of {wanted:,}")
    total = found.reading + found.preview + found.taking_over
    setting.say(f"  {total:.0f} s, at most {megabytes(found.peak)}")
    return [found]


def section(found: list[Found]) -> Section:
    rows = [
        [
            each.engine,
            f"{each.residents:,}",
            f"{each.workbooks}",
            f"{each.reading:.1f} s",
            f"{each.preview:.1f} s",
            f"{each.taking_over:.1f} s",
            f"{each.reading + each.preview + each.taking_over:.1f} s",
            megabytes(each.before),
            megabytes(each.peak),
        ]
        for each in found
    ]
    head = ["engine", "residents", "workbooks", "reading", "preview", "taking over", "together",
            "before", "peak memory"]  # fmt: skip
    text = f"{table(head, rows)}\n\n{measured_on()}"
    return Section("Import of residents", text, READING)


def _take_in(browser: Browser, file: Path, community: int, found: Found) -> None:
    """One workbook, from the upload to the page that says it has been taken over."""
    browser.page(ADDRESS)
    uploaded = browser.send(ADDRESS, {"community_id": f"{community}"}, Upload("file", file))
    shown = _following(browser, uploaded)
    found.reading += uploaded.seconds
    page = uploaded.headers["Location"]
    found.preview += shown.seconds
    ready = shown
    if places := options(shown.text, "create_in"):  # some of its buildings are not there yet
        chosen = browser.post(f"{page}/buildings", {"create_in": places[0]})
        ready = _following(browser, chosen)
        found.preview += chosen.seconds + ready.seconds
    [seen] = re.findall(r'name="seen"[^>]*? value="([^"]+)"', ready.text)[:1]
    begun = time.perf_counter()
    _following(browser, browser.post(f"{page}/take-over", {"seen": seen}))
    found.taking_over += time.perf_counter() - begun


def _following(browser: Browser, answer: Answer) -> Answer:
    if answer.status != 303:
        raise LoadError(f"{ADDRESS}: a form was answered with {answer.status}")
    return browser.page(answer.headers["Location"])


def _workbooks(folder: Path, residents: int) -> Iterator[Path]:
    """So many residents in as few workbooks as hold them: beside them each has its head."""
    people, fullest = _people(), MOST_ROWS - 1
    for number, begun in enumerate(range(0, residents, fullest), 1):
        file = folder / f"居民花名册{number}.xlsx"
        book = xlsxwriter.Workbook(file, {"constant_memory": True})
        sheet = book.add_worksheet("居民")
        sheet.write_row(0, 0, HEAD)
        for row in range(1, 1 + min(fullest, residents - begun)):
            sheet.write_row(row, 0, next(people))
        book.close()
        yield file


def _people() -> Iterator[tuple[str, ...]]:
    """Residents, each with a telephone of their own, three in each home, building after building."""
    random, number = Random(2026), 0
    for building, staircase, floor, door in product(
        range(101, 999), (1, 2), range(1, 19), range(1, 5)
    ):
        surname = random.choice(_SURNAMES)
        given = random.sample(_GIVEN, 2 * HOUSEHOLD)  # no two of a home have the same name
        for member in range(HOUSEHOLD):
            number += 1
            yield (
                surname + "".join(given[2 * member : 2 * member + 2]),
                random.choice("男女"),
                f"{random.randint(1935, 2020)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
                f"139{number:08}",
                f"{building}栋",
                f"{staircase}单元",
                f"{floor}{door:02}",
                random.choice(("群众", "群众", "群众", "中共党员")),
            )
