"""The command `jifen`: hands what was typed to the part that understands it, importing no other."""

import os
import sys

_QUICK = ("score", "simulate")
"""Commands that other programs run by the thousand; the library behind the rest takes too long to import."""


def run() -> None:
    """Run the command that was typed."""
    if sys.argv[1:2] and sys.argv[1] in _QUICK:
        from cli.score.arguments import run_words

        try:
            run_words(sys.argv[1], sys.argv[2:])
            sys.stdout.flush()
        except BrokenPipeError:
            # Whoever reads, `head` for one, has seen enough; the flush at exit must not meet the pipe again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    from cli.commands import app

    app()


if __name__ == "__main__":
    run()
