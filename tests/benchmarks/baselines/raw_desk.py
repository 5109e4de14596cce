"""Scans without any toolkit: a raw terminal, one read, look up, insert, commit, one write.

python raw_desk.py DATABASE     (made by `make_database`)
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterable


def make_database(path: str, people: Iterable[tuple[str, str]]) -> None:
    """A table of (code, name) and one of check-ins."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE attendee(id INTEGER PRIMARY KEY, code TEXT UNIQUE, name TEXT)")
    connection.execute("CREATE TABLE checkin(attendee_id INTEGER PRIMARY KEY, at REAL, desk TEXT)")
    connection.executemany("INSERT INTO attendee(code, name) VALUES (?, ?)", people)
    connection.commit()
    connection.close()


def check_in(connection: sqlite3.Connection, code: str) -> str:
    """The name of whoever has this code, checked in when the transaction is on the disk."""
    connection.execute("BEGIN IMMEDIATE")
    row = connection.execute("SELECT id, name FROM attendee WHERE code = ?", (code,)).fetchone()
    if row:
        seen = "SELECT at FROM checkin WHERE attendee_id = ?"
        if not connection.execute(seen, (row[0],)).fetchone():
            connection.execute("INSERT INTO checkin VALUES (?, 1.0, 'Desk 1')", (row[0],))
    connection.execute("COMMIT")
    return str(row[1]) if row else ""


def main(path: str) -> None:
    """Answer scans until Ctrl+C."""
    import termios
    import tty

    before = termios.tcgetattr(0)
    tty.setraw(0, termios.TCSANOW)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    os.write(1, b"\x1b[2J\x1b[HKIOSK-READY\r\n")
    typed = b""
    while b"\x03" not in typed:
        typed += os.read(0, 4096)
        while b"\r" in typed:
            code, typed = typed.split(b"\r", 1)
            name = check_in(connection, code.decode())
            os.write(1, f"\x1b[3;1HCHECKED IN {name}\x1b[K".encode())
    termios.tcsetattr(0, termios.TCSANOW, before)


if __name__ == "__main__":
    main(sys.argv[1])
