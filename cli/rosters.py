"""`jifen roster import`: shows what a roster file changes, and changes it."""

import csv
from pathlib import Path

import typer

from cli.opening import opened, settings_or_refuse
from cli.refusing import refuse
from cli.tables import print_table
from cli.telegram import bot_name, how_to_join
from domain.roster_problems import RosterInvalid
from services.roster_files import read_roster
from services.rosters import Imported, Outcome, import_roster

OUTCOMES = {
    Outcome.CREATED: "新增 created",
    Outcome.CHANGED: "更改 changed",
    Outcome.UNCHANGED: "不变 unchanged",
}


def import_file(file: Path, *, is_preview: bool, links: Path | None, bot: str | None) -> None:
    """Import the file, or show what an import would do; with problems, tell them all and change nothing."""
    settings = settings_or_refuse()
    if links is not None and links.exists():
        refuse(f"{links} is already there; name another file for the links.")
    with opened(settings) as deps:
        try:
            roster = read_roster(file)
            done = import_roster(deps, rows=roster.rows, time_zone=settings.time_zone, is_preview=is_preview)
        except OSError as failure:
            refuse(f"{file} cannot be opened: {failure.strerror}.")
        except RosterInvalid as invalid:
            for problem in invalid.problems:
                print(f"{file}:{problem}")
            print(f"{len(invalid.problems)} 处问题，没有导入任何一行 / nothing was imported")
            raise typer.Exit(1) from None
    if roster.encoding == "GB18030":
        print("文件按 GB18030（国标编码）读取；如人名不对，请另存为 UTF-8 / read as GB18030")
    _show(done)
    if done.invitations:
        _invite(done, links=links, bot=bot_name(settings, bot))


def _show(done: Imported) -> None:
    units = [
        (o.unit.code, o.unit.name, o.unit.rulebook or "— 没有规则本，不能申报 none", OUTCOMES[o.outcome])
        for o in done.units
    ]
    print_table(("支部 unit", "名称 name", "规则本 rulebook", ""), units)
    print()
    rows = [
        (str(o.row.line), o.row.member, o.row.name, o.row.unit, OUTCOMES[o.outcome], " ".join(o.changes))
        for o in done.rows
    ]
    print_table(("行 line", "编号 member", "姓名 name", "支部 unit", "", ""), rows)
    counts = [f"{words}: {sum(o.outcome is one for o in done.rows)}" for one, words in OUTCOMES.items()]
    print("\n" + ", ".join(counts))
    if done.is_preview:
        print("这是预览，什么也没有改；去掉 --dry-run 即导入 / a preview, nothing was changed")


def _invite(done: Imported, *, links: Path | None, bot: str | None) -> None:
    header = ("编号 member", "姓名 name", "支部 unit", "邀请 invitation")
    rows = [(i.member, i.name, i.unit, how_to_join(bot, i.code)) for i in done.invitations]
    if links is None:
        print()
        print_table(header, rows)
    else:
        links.touch(mode=0o600)
        with links.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerows([header, *rows])
        print(f"\n{len(rows)} 个邀请已写入 / invitations written to {links}")
    if bot is None:
        print("每人打开机器人，发送自己那一行 / each opens the bot and sends the line of theirs")
    print("邀请只能用一次，30 天内有效，不再显示 / each is good once, for 30 days, and is not shown again")
