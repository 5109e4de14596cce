"""A new event file that is there whole or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from kiosk.atomic import beside, cannot_write, check_target, move_new
from kiosk.errors import KioskError


def make_new(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` make an event file under a hidden name, then give it its own.

    A program killed in between leaves no half event that nobody can open and whose name is
    taken.

    Raises:
        KioskError: `file_exists`, `no_such_folder`, or what `write` says. Nothing is left then.
    """
    if path.is_symlink() or _is_there(path):
        raise _taken(path)
    check_target(path)
    with beside(path) as part:
        try:
            write(part)
            move_new(part, path)
        except FileExistsError:
            raise _taken(path) from None
        except KioskError as error:
            raise renamed(error, part, path) from error
        except OSError as error:
            raise cannot_write(path, error) from error
        finally:
            for ending in ("-wal", "-shm", "-journal"):
                with contextlib.suppress(OSError):
                    part.with_name(part.name + ending).unlink(missing_ok=True)


def renamed(error: KioskError, part: Path, path: Path) -> KioskError:
    """The same in words of the name that was asked for, not of the hidden one."""
    problem = error.problem.replace(str(part), str(path)).replace(part.name, path.name)
    return KioskError(error.code, problem, saved=error.saved, next_step=error.next_step)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError) as error:
        raise cannot_write(path, error) from error


def _taken(path: Path) -> KioskError:
    return KioskError(
        "file_exists",
        f"{path} exists already.",
        saved="It was left as it is.",
        next_step="Choose another name, or open it with -e.",
    )
