"""The command `jifen`: hands what was typed to the part that understands it, importing no other."""

import sys

_QUICK = ("score", "simulate")
"""Commands that other programs run by the thousand; the library behind the rest takes too long to import."""


def run() -> None:
    """Run the command that was typed."""
    if sys.argv[1:2] and sys.argv[1] in _QUICK:
        from cli.score.arguments import run_words

        run_words(sys.argv[1], sys.argv[2:])
        return
    from cli.commands import app

    app()


if __name__ == "__main__":
    run()
