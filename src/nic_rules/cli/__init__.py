"""The command `nic-rules`: one file a command, loaded only when it is called.

Exit codes: 0 done; 1 done, and the answer is no; 2 unusable input, one line a problem on standard
error; 3 the program's own fault.
"""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from nic_rules.cli.printing import problem_lines
from nic_rules.diagnostics import NicRulesError, nearest, one_line, shown
from nic_rules.version import __version__

UNUSABLE, FAULT = 2, 3

COMMANDS = {
    "decide": "Decide one case and say why.",
    "explain": "Explain a recorded decision.",
    "letter": "Write the grounds for a letter.",
    "why-not": "Say what stands in the way of an outcome.",
    "change": "Say what would change an outcome.",
    "ask": "Ask what is missing, the question that settles most first.",
    "until": "Say until when an outcome holds.",
    "compare": "Compare two decisions, and say what moved the outcome.",
    "review": "Review a portfolio of cases.",
    "generate": "Draw a portfolio for tries.",
    "archive": "Archive the rules in force on a day.",
    "replay": "Decide recorded decisions again.",
    "check": "Check a rule book for errors.",
    "test": "Run a rule book's scenarios.",
    "show": "Show the rules in force, or their Python.",
    "facts": "Say which facts a table asks for.",
    "schema": "Print a JSON Schema of facts, decisions or rules.",
}
"""Every command with its line of help; each stands in the module of its name (`_` for `-`)."""


class _Lazy(click.Group):
    """Loads a command's module only when it is called, to start fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command:
        if name not in COMMANDS:
            hint = nearest(name, COMMANDS)
            ctx.fail(f"there is no command {shown(name)}" + (f" ({hint})" if hint else ""))
        command = import_module(f"nic_rules.cli.{name.replace('-', '_')}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=_Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="nic-rules")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Decide by the rules of public programmes, and say why.

    \b
    Example:
      nic-rules decide eligibility case.json --as-of 2016-03-01
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(UNUSABLE)


def main() -> NoReturn:
    """Run the command line; every error becomes lines on standard error and an exit code."""
    gc.set_threshold(50_000)  # what a command makes lives until it ends: collecting finds little
    try:
        code = command.main(prog_name="nic-rules", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except NicRulesError as error:
        _stop(UNUSABLE, *problem_lines(error))
    except click.Abort:
        _stop(130, "nic-rules: stopped")
    except click.ClickException as error:
        _stop(UNUSABLE, f"nic-rules: error: {_in_our_way(error)}")
    except Exception as error:  # whatever else happens is our own fault
        from traceback import extract_tb

        last = extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        _stop(FAULT, f"nic-rules: internal error at {where}: {told} (please report it)")


def _in_our_way(error: click.ClickException) -> str:
    """Tell click's message in one line, lower case, without full stop, and where help is."""
    told = error.format_message().replace("\n\t", " ").removesuffix(".")
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    see = f" (see `{ctx.command_path} --help`)" if ctx is not None else ""
    return f"{told[:1].lower()}{told[1:]}{see}"


def _stop(code: int, *lines: str) -> NoReturn:
    with suppress(OSError):  # standard error may be closed or full; the code still tells
        for line in lines:
            click.echo(one_line(line), err=True)
    sys.exit(code)
