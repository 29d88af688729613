"""The floor: a page of the same size from bare Flask and Jinja, its rows in memory.

No database, session, translation or login: what remains is what any page of this many bytes
costs on this machine, server and interpreter. Each row is written as a row of one of Linli's own
lists is, five values escaped and about 340 bytes; `/page/<rows>/<filling>` has so many rows and,
to meet a size exactly, so many more bytes of plain text.
"""

from __future__ import annotations

from typing import NamedTuple

from flask import Flask, render_template
from jinja2 import DictLoader

MOST_ROWS = 2000

BASE = """<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8">
    <title>{% block title %}{% endblock %} · 邻里</title>
    <link rel="stylesheet" href="/static/floor.css">
  </head>
  <body>
    {% block body %}{% endblock %}
  </body>
</html>
"""
PAGE = """{% extends "base.html" %}
{% block title %}{{ title }}{% endblock %}
{% block body %}
  <h1>{{ title }}</h1>
  <p>{{ filling }}</p>
  <table class="table table-dense table-stack">
    {% for row in rows -%}
      <tr>
        <td data-label="编号">{{ row.number }}</td>
        <td data-label="任务"><a href="/tasks/{{ row.id }}">{{ row.title }}</a></td>
        <td data-label="承办">{{ row.handler }}</td>
        <td data-label="期限"><time datetime="{{ row.due }}">{{ row.due }}</time></td>
      </tr>
    {% endfor %}
  </table>
{% endblock %}
"""


class Row(NamedTuple):
    id: int
    number: str
    title: str
    handler: str
    due: str


ROWS = [
    Row(
        number,
        f"2026-{number:04d}",
        "组织楼道杂物集中清理",
        "桂花安居物业服务有限公司",
        "2026-11-21",
    )
    for number in range(1001, 1001 + MOST_ROWS)
]

app = Flask(__name__, static_folder=None)
app.jinja_loader = DictLoader({"base.html": BASE, "page.html": PAGE})


@app.get("/page/<int:rows>/<int:filling>")
def page(rows: int, filling: int) -> str:
    return render_template("page.html", title="任务", rows=ROWS[:rows], filling="." * filling)


@app.get("/healthz")
def healthz() -> str:
    return "ok"


def path_of_size(size: int) -> str:
    """The address of the page with so many bytes. ValueError if no page is so short."""
    client = app.test_client()
    empty, one = (len(client.get(f"/page/{rows}/0").data) for rows in (0, 1))
    if size < empty:
        raise ValueError(f"the floor has {empty} bytes, more than {size}")
    rows, filling = divmod(size - empty, one - empty)
    return f"/page/{rows}/{filling}"
