"""Reads the words behind `jifen score` and `jifen simulate`."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from cli.languages import HELP, Tongue, language_of
from cli.score.loading import TableFiles

_FILES = (
    ("--roster", True, "名册：谁在哪个单位 · who belongs to which unit"),
    ("--events", True, "事项：发生了什么 · what happened"),
    ("--ballots", False, "测评票 · the ballots, where there are any"),
)


def run_words(command: str, words: Sequence[str]) -> None:
    """Run the command with the words typed behind it; whoever types nonsense is told how it goes, exit 2."""
    from cli.scoring import score, simulate

    if command == "score":
        typed = _score_parser().parse_args(words)
        score(
            typed.rulebook,
            _files(typed),
            period=typed.period,
            is_json=typed.json,
            member=typed.explain,
            language=language_of(typed.language),
        )
    else:
        typed = _simulate_parser().parse_args(words)
        simulate(
            typed.old,
            typed.new,
            _files(typed),
            period=typed.period,
            is_json=typed.json,
            language=language_of(typed.language),
        )


def _score_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jifen score",
        description="按规则本给 CSV 文件计分 · Apply a rulebook to files; needs no installation.",
        allow_abbrev=False,
    )
    parser.add_argument("rulebook", metavar="RULEBOOK", help="规则本代码或文件 · a shipped id or a file")
    _add_common(parser)
    parser.add_argument("--explain", metavar="MEMBER", help="只看一个人，从每一行到总分 · from line to total")
    return parser


def _simulate_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jifen simulate",
        description="换规则本谁会变、变多少、因为哪一条 · Who would change, by how much, and why.",
        allow_abbrev=False,
    )
    parser.add_argument("old", metavar="OLD", help="现行规则本 · the rulebook in force: an id or a file")
    parser.add_argument("new", metavar="NEW", help="要试的规则本 · the rulebook to try: an id or a file")
    _add_common(parser)
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
    for name, is_required, words in _FILES:
        parser.add_argument(name, metavar="FILE.csv", type=Path, required=is_required, help=words)
    parser.add_argument("--period", metavar="P", required=True, help="2025, 2025-H1, 2025-Q3, 2025-03")
    parser.add_argument("--json", action="store_true", help="给程序读的 JSON · one JSON object, for programs")
    parser.add_argument("--language", choices=tuple(map(str, Tongue)), help=HELP)


def _files(typed: argparse.Namespace) -> TableFiles:
    return TableFiles(typed.roster, typed.events, typed.ballots)
