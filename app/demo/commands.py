"""`flask demo load`: the sample community, small or as large as a city."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core import clock
from app.core.db import begin_writing, db
from app.demo import loading
from app.demo.scales import SCALES
from app.people import demo_accounts


@click.group()
def demo() -> None:
    """The sample community."""


@demo.command()
@click.option("--scale", type=click.Choice(list(SCALES)), default="street", show_default=True)
@click.option("--seed", default=2026, show_default=True, help="the same seed, the same people")
@click.option("--if-empty", is_flag=True, help="do nothing if there are accounts already")
@with_appcontext
def load(*, scale: str, seed: int, if_empty: bool) -> None:
    """Fill an empty database with a sample: street (3,000 residents) to city (300,000)."""
    begin_writing()
    if loading.is_half_loaded():
        raise click.ClickException(_half_loaded())
    if loading.in_use():
        if if_empty:
            return
        raise click.ClickException(
            "There are accounts already. Load the sample into an empty database."
        )
    if clock.today() < loading.EARLIEST:
        raise click.ClickException(
            f"The sample tells of the past months by rules of {loading.RULES_SINCE.year}. Set this"
            f" machine's clock to {loading.EARLIEST} or later."
            f"\n示例社区按{loading.RULES_SINCE.year}年起施行的规则编写，请将本机日期调至{loading.EARLIEST}或以后。"
        )
    click.echo(f"Loading the sample community ({scale}) …")
    loading.load(scale, seed, current_app.config["FILES_FOLDER"], click.echo)
    db.session.commit()
    names = " ".join(demo_accounts.ACCOUNTS)
    click.echo(f"Accounts: {names}   password: {demo_accounts.PASSWORD}")


def _half_loaded() -> str:
    """What is to be deleted before the sample can be loaded anew."""
    folder = current_app.config["FILES_FOLDER"].parent
    if db.engine.dialect.name == "sqlite":
        return (
            "The sample is half-loaded: loading it was interrupted, or is still going on elsewhere."
            f" If nobody is loading it, delete the folder {folder} and start again."
            f"\n示例社区只载入了一半：上次载入被中断，或者另一处仍在载入。如无人正在载入，请删除文件夹 {folder} 后重新启动。"
        )
    return (
        "The sample is half-loaded: loading it was interrupted, or is still going on elsewhere. If"
        f" nobody is loading it, drop the database {db.engine.url.database}, create it anew, delete"
        f" the folder {folder} and start again."
        "\n示例社区只载入了一半：上次载入被中断，或者另一处仍在载入。如无人正在载入，请删除并重建数据库"
        f" {db.engine.url.database}，删除文件夹 {folder} 后重新启动。"
    )


commands = [demo]
