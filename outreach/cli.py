"""Commands for the one who runs the house: migrate, load, demo, admin, reform of areas."""

from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from outreach import clock, db, migrating, pdf, reform
from outreach.accounts import codes, registering
from outreach.accounts.models import ADMIN, Account
from outreach.areas import loading as areas
from outreach.areas import queries as area_queries
from outreach.demo import loading as demo
from outreach.households.models import Household
from outreach.lib import phones
from outreach.procedures import loading as handbook
from outreach.settings import ROOT, Settings, read_or_leave
from outreach.sms import holidays
from outreach.voices import sound
from outreach.wordings import house


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Outreach: every household with one digitally proficient person."""
    context.obj = read_or_leave()
    clock.set_place(context.obj.timezone)


def _engine(settings: Settings) -> Engine:
    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = db.make_engine(settings.database_url)
    click.get_current_context().call_on_close(engine.dispose)
    return engine


@main.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the database up to date; then areas and handbook."""
    engine = _engine(settings)
    migrating.upgrade(engine)
    _load(engine)


def _load(engine: Engine) -> None:
    with db.transaction(engine) as s:
        click.echo(f"areas: {areas.load(s)}")
        click.echo(f"handbook: {handbook.load(s)}")
        click.echo(f"wordings of messages: {house.bring(s)} new")
        click.echo(f"closed days: {holidays.bring_near(s)} new")


@main.command()
@click.option("--demo", "with_demo", is_flag=True, help="Put the demo commune into an empty database.")
@click.pass_obj
def prepare(settings: Settings, with_demo: bool) -> None:
    """What `make run` does before it starts: nothing, when all is done."""
    engine = _engine(settings)
    if not migrating.current(engine):
        migrating.upgrade(engine)
        _load(engine)
    with Session(engine) as s:
        empty = s.scalar(select(func.count()).select_from(Account)) == 0
    if with_demo and empty:
        _demo(engine)
    _say_what_is_missing()
    _say_how_to_enter(engine, settings)


def _say_what_is_missing() -> None:
    if not (ROOT / "outreach" / "static" / "vendor" / "htmx.min.js").exists():
        click.echo("  htmx is missing (no node or no network at set-up): every page works, a little less lively.")
    if not pdf.installed():
        click.echo(f"  Pango is missing, so no PDFs: {pdf.CURE}")
    if not sound.available():
        click.echo(f"  ffmpeg is missing, so nobody can read lessons aloud: {sound.CURE}")


def _say_how_to_enter(engine: Engine, settings: Settings) -> None:
    click.echo(f"\n  Outreach: {settings.public_base_url}")
    with Session(engine) as s:
        people = demo.doors(s)
    for person in people:
        click.echo(f"    {person.role:<10} {phones.show(person.phone):<13} {person.name}, {person.area.title}")
    if people:
        click.echo(f'    password of all: "{demo.PASSWORD}"   (stop: Ctrl+C)\n')


@main.command(name="demo")
@click.pass_obj
def load_demo(settings: Settings) -> None:
    """Put the demo commune into an empty database: invented people, one real commune of Hưng Yên."""
    engine = _engine(settings)
    with Session(engine) as s:
        if s.scalar(select(func.count()).select_from(Household)):
            raise click.ClickException("There are households here already; the demo needs an empty database.")
    _demo(engine)


def _demo(engine: Engine) -> None:
    with db.transaction(engine) as s:
        click.echo(f"demo commune: {demo.load(s)}")


@main.command()
@click.argument("name")
@click.argument("phone")
@click.pass_obj
def admin(settings: Settings, name: str, phone: str) -> None:
    """Take on an admin for the whole country, or give an existing one a new one-time code."""
    try:
        number = phones.parse(phone).e164
    except phones.BadPhone:
        raise click.ClickException("That is not a Vietnamese mobile number.") from None
    with db.transaction(_engine(settings)) as s:
        account = s.scalars(select(Account).where(Account.phone == number, Account.role == ADMIN)).one_or_none()
        if account is None:
            account = registering.register(s, None, name=name, phone=number, role=ADMIN, area=area_queries.country(s))
        code = codes.issue(s, account, by=None, secret=settings.secret_key)
    click.echo(f"One-time code for {name}: {code} (72 hours) at {settings.public_base_url}/ma-moi")


@main.group(name="areas")
def areas_group() -> None:
    """Merges and splits of communes and villages."""


@areas_group.command()
@click.argument("old_codes", nargs=-1, required=True)
@click.option("--code", required=True, help="Code of the area that takes over.")
@click.option("--type", "type_", required=True, help="xã, phường, thôn …")
@click.option("--name", required=True)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="First day of the new area.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.pass_obj
def merge(
    settings: Settings, old_codes: tuple[str, ...], code: str, type_: str, name: str, on: datetime, dry_run: bool
) -> None:
    """Merge two or more areas of a kind into a new one."""
    plan = reform.Merge(old_codes, reform.NewArea(code, type_, name), on.date())
    _reform(settings, plan, dry_run)


@areas_group.command()
@click.argument("old_code")
@click.option("--into", nargs=3, multiple=True, required=True, help="CODE TYPE NAME of each new area, twice or more.")
@click.option(
    "--part", nargs=2, multiple=True, required=True, help="CHILD NEW-CODE: where each village (or household) goes."
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--dry-run", is_flag=True)
@click.pass_obj
def split(
    settings: Settings,
    old_code: str,
    into: tuple[tuple[str, str, str], ...],
    part: tuple[tuple[str, str], ...],
    on: datetime,
    dry_run: bool,
) -> None:
    """Split an area into new ones."""
    plan = reform.Split(old_code, tuple(reform.NewArea(*new) for new in into), dict(part), on.date())
    _reform(settings, plan, dry_run)


def _reform(settings: Settings, plan: reform.Merge | reform.Split, dry_run: bool) -> None:
    engine = _engine(settings)
    with Session(engine, expire_on_commit=False) as s:
        try:
            report = reform.carry_out(s, plan)
        except reform.Impossible as fault:
            raise click.ClickException(str(fault)) from None
        for line in report.lines():
            click.echo(line)
        if dry_run:
            s.rollback()
            click.echo("Dry run: nothing was changed.")
        else:
            s.commit()


if __name__ == "__main__":
    main()
