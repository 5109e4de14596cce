"""A real cupsd and real IPP printers (ippeveprinter) in a separate folder, for tests.

Everything listens on loopback or on sockets in that folder and is ended with the test. Needs root
(cupsd runs its backends as another user, avahi-daemon writes to /run) and the packages that
provide `PROGRAMS`; on Debian `cups cups-client cups-ipp-utils cups-filters avahi-daemon dbus`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from kiosk.printing.ipp.http import Endpoint

T = TypeVar("T")
SEARCH_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
PROGRAMS = (
    *("cupsd", "lpadmin", "lpoptions", "lp", "cupsdisable", "cupsenable"),
    *("ippeveprinter", "avahi-daemon", "dbus-daemon"),
)

BUS_CONF = """<busconfig><type>system</type><listen>unix:path={folder}/bus</listen>
<policy context="default"><allow user="*"/><allow own="*"/>
<allow send_destination="*" eavesdrop="true"/><allow receive_sender="*" eavesdrop="true"/>
</policy></busconfig>"""

AVAHI_CONF = """[server]
host-name=kiosk-test-{pid}
allow-interfaces=lo
use-ipv6=no
[publish]
publish-workstation=no
"""

CUPSD_CONF = """Listen 127.0.0.1:{port}
Listen {folder}/cups.sock
Browsing No
WebInterface No
DefaultAuthType Basic
ErrorPolicy stop-printer
PreserveJobHistory Yes
<Location />
  Order allow,deny
  Allow from 127.0.0.1
  Allow from localhost
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  <Limit Cancel-Job>
    AuthType Default
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""

CUPS_FILES_CONF = """ServerRoot {folder}/root
RequestRoot {folder}/requests
CacheDir {folder}/cache
StateDir {folder}/state
TempDir {folder}/tmp
AccessLog {folder}/log/access
ErrorLog {folder}/log/error
PageLog {folder}/log/page
ServerBin /usr/lib/cups
DataDir /usr/share/cups
"""

PRINTER_CONF = """ATTR mimeMediaType document-format-supported "application/pdf"
ATTR mimeMediaType document-format-default "application/pdf"
ATTR keyword media-supported oe_62x100_62x100mm,custom_min_20x20mm,custom_max_216x360mm
ATTR keyword media-default oe_62x100_62x100mm
ATTR keyword media-ready oe_62x100_62x100mm
ATTR collection media-size-supported {
  MEMBER integer x-dimension 6200 MEMBER integer y-dimension 10000 }, {
  MEMBER rangeOfInteger x-dimension 2000-21600 MEMBER rangeOfInteger y-dimension 2000-36000 }
ATTR collection media-col-database {
  MEMBER collection media-size {
    MEMBER integer x-dimension 6200 MEMBER integer y-dimension 10000 }
  MEMBER integer media-top-margin 0 MEMBER integer media-bottom-margin 0
  MEMBER integer media-left-margin 0 MEMBER integer media-right-margin 0 }, {
  MEMBER collection media-size {
    MEMBER rangeOfInteger x-dimension 2000-21600 MEMBER rangeOfInteger y-dimension 2000-36000 }
  MEMBER integer media-top-margin 0 MEMBER integer media-bottom-margin 0
  MEMBER integer media-left-margin 0 MEMBER integer media-right-margin 0 }
ATTR collection media-col-default { MEMBER collection media-size {
  MEMBER integer x-dimension 6200 MEMBER integer y-dimension 10000 } }
ATTR integer media-top-margin-supported 0
ATTR integer media-bottom-margin-supported 0
ATTR integer media-left-margin-supported 0
ATTR integer media-right-margin-supported 0
ATTR resolution printer-resolution-supported 300dpi
ATTR resolution printer-resolution-default 300dpi
ATTR keyword print-color-mode-supported monochrome,auto
ATTR keyword print-color-mode-default monochrome
ATTR keyword print-scaling-supported none,fit,fill,auto
"""


def fixed_sizes(*sizes_mm: tuple[int, int]) -> str:
    """The settings of a printer that takes only these sizes, the first one loaded."""
    sizes = [
        f"MEMBER collection media-size {{ MEMBER integer x-dimension {width * 100} "
        f"MEMBER integer y-dimension {height * 100} }}"
        for width, height in sizes_mm
    ]
    margins = " ".join(
        f"MEMBER integer media-{side}-margin 0" for side in ("top", "bottom", "left", "right")
    )
    names = [f"oe_{w}x{h}_{w}x{h}mm" for w, h in sizes_mm]
    kept = [line for line in PRINTER_CONF.splitlines() if line.startswith("ATTR")]
    kept = [line for line in kept if " media-" not in line or "-margin-" in line]
    inner = [size.split("media-size ")[1] for size in sizes]
    kept += [
        f"ATTR keyword media-supported {','.join(names)}",
        f"ATTR keyword media-default {names[0]}",
        f"ATTR keyword media-ready {names[0]}",
        f"ATTR collection media-size-supported {', '.join(inner)}",
        "ATTR collection media-col-database "
        + ", ".join(f"{{ {size} {margins} }}" for size in sizes),
        f"ATTR collection media-col-default {{ {sizes[0]} }}",
    ]
    return "\n".join(kept) + "\n"


PRINT_SCRIPT = """#!/bin/sh
cd "{folder}" || exit 1
if [ -f empty ]; then
  echo "STATE: +media-empty-error" >&2
  while [ -f empty ]; do sleep 0.1; done
  echo "STATE: -media-empty-error" >&2
fi
while [ -f slow ]; do sleep 0.1; done
[ -f broken ] && exit 1
env > "job-$IPP_JOB_ID.env"
cp "$1" "sheet-$IPP_JOB_ID-$$.pdf"
"""


def missing() -> str:
    """Why real CUPS tests cannot run here; empty if they can."""
    absent = [name for name in PROGRAMS if not shutil.which(name, path=SEARCH_PATH)]
    if absent:
        return f"not installed: {', '.join(absent)}"
    if getattr(os, "geteuid", lambda: 1)() != 0:
        return "cupsd and avahi-daemon need root"
    return ""


def free_port() -> int:
    """A TCP port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: Callable[[], T], reason: str, limit_s: float = 20.0) -> T:
    """Ask until the answer is true; fail with `reason` when it takes too long."""
    until = time.monotonic() + limit_s
    while not (answer := what()):
        assert time.monotonic() < until, reason
        time.sleep(0.05)
    return answer


def listens(port: int) -> bool:
    """Whether a server accepts connections on that port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Process:
    """A program in a separate session, so that its children end with it."""

    def __init__(self, log: Path, environ: dict[str, str], program: str, *args: str) -> None:
        self.log = log
        with log.open("ab") as out:
            self._running = subprocess.Popen(
                [shutil.which(program, path=SEARCH_PATH) or program, *args],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=environ,
                start_new_session=True,
            )

    def alive(self) -> bool:
        """Whether it is running; a program that ended at the start fails the test."""
        return self._running.poll() is None

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it and its children; ending it twice has no effect."""
        if self.alive():
            self._running.send_signal(how)
        try:
            self._running.wait(5)
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait()
        try:
            os.killpg(self._running.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


class LabelPrinter:
    """One ippeveprinter with a folder: put a file `empty`, `slow` or `broken` there."""

    def __init__(self, folder: Path, environ: dict[str, str], settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self._environ = environ
        self._process: Process | None = None
        for inner in ("spool", "keys"):
            (folder / inner).mkdir(parents=True)
        (folder / "printer.conf").write_text(settings)
        script = folder / "print.sh"
        script.write_text(PRINT_SCRIPT.format(folder=folder))
        script.chmod(0o755)

    @property
    def uri(self) -> str:
        return f"ipp://localhost:{self.port}/ipp/print"

    def switch_on(self) -> None:
        """Start it, and wait until it accepts jobs."""
        process = Process(
            self.folder / "log",
            self._environ,
            *("ippeveprinter", "-k", "-r", "off", "-p", str(self.port), "-n", "localhost"),
            *("-a", str(self.folder / "printer.conf"), "-c", str(self.folder / "print.sh")),
            *("-K", str(self.folder / "keys"), "-d", str(self.folder / "spool")),
            f"label {self.port}",
        )
        self._process = process
        wait_for(lambda: not process.alive() or listens(self.port), "ippeveprinter does not start")
        assert process.alive(), (self.folder / "log").read_text()

    def switch_off(self) -> None:
        """Pull the plug."""
        if self._process:
            self._process.end(signal.SIGKILL)

    def set(self, mood: str, on: bool = True) -> None:
        """Make it `empty`, `slow` or `broken`, or normal again."""
        file = self.folder / mood
        file.touch() if on else file.unlink()

    def story(self) -> str:
        """Its log, for the message of a failed test."""
        files = sorted(file.name for file in self.folder.iterdir())
        return f"{self.uri} {files}\n{(self.folder / 'log').read_text()[-3000:]}"

    def sheets(self) -> list[Path]:
        """The printed files, in order."""
        return sorted(self.folder.glob("sheet-*.pdf"), key=lambda file: file.stat().st_mtime_ns)


class RealCups:
    """A running cupsd; `queue` adds a printer with its queue."""

    def __init__(self, folder: Path, port: int, environ: dict[str, str], stack: ExitStack) -> None:
        self.folder = folder
        self.environ = environ
        self.tcp = Endpoint("127.0.0.1", port)
        self.socket = Endpoint("localhost", socket_path=str(folder / "cups.sock"))
        self._stack = stack
        self._queues = 0

    def run(self, program: str, *args: str) -> str:
        """Run one of CUPS' own tools with this server."""
        command = [shutil.which(program, path=SEARCH_PATH) or program, *args]
        ended = subprocess.run(
            command, env=self.environ, capture_output=True, text=True, timeout=30, check=False
        )
        assert ended.returncode == 0, (command, ended.stderr)
        return ended.stdout

    def _knows_sizes(self, queue: str) -> bool:
        command = [shutil.which("lpoptions", path=SEARCH_PATH) or "", "-p", queue, "-l"]
        shown = subprocess.run(
            command, env=self.environ, capture_output=True, text=True, timeout=30, check=False
        )
        return "PageSize" in shown.stdout

    def queue(self, settings: str = PRINTER_CONF) -> tuple[str, LabelPrinter]:
        """A new label printer, switched on, and the name of its queue."""
        self._queues += 1
        name = f"badge{self._queues}"
        printer = LabelPrinter(self.folder / name, self.environ, settings)
        self._stack.callback(printer.switch_off)
        printer.switch_on()
        self.run("lpadmin", "-p", name, "-E", "-v", printer.uri, "-m", "everywhere")
        # cupsd asks the printer for its abilities after `lpadmin` is done, and sets the queue's
        # state once more when it has them.
        wait_for(lambda: self._knows_sizes(name), "the queue does not get ready")
        time.sleep(0.2)
        return name, printer


@contextmanager
def running_cups() -> Iterator[RealCups]:
    """Start message bus, avahi and cupsd; end them all."""
    with ExitStack() as stack:
        lock = stack.enter_context(Path(tempfile.gettempdir(), "kiosk-cups-test.lock").open("w"))
        _lock(lock.fileno())
        folder = Path(tempfile.mkdtemp(prefix="kiosk-cups-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)  # cupsd's backends, another user, must get through
        port = free_port()
        environ = {
            **os.environ,
            "LC_ALL": "C",
            "CUPS_SERVER": f"127.0.0.1:{port}",
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder}/bus",
        }
        _write_settings(folder, port)
        start = _starter(stack, folder, environ)
        start("dbus-daemon", "--nofork", "--nopidfile", f"--config-file={folder}/bus.conf")
        wait_for((folder / "bus").exists, "dbus-daemon does not start")
        avahi = start(
            *("avahi-daemon", "-f", f"{folder}/avahi.conf"),
            *("--no-drop-root", "--no-chroot", "--no-rlimits"),
        )
        wait_for(
            lambda: not avahi.alive() or b"startup complete" in avahi.log.read_bytes(),
            "avahi-daemon does not start",
        )
        assert avahi.alive(), avahi.log.read_text()
        start("cupsd", "-f", "-c", f"{folder}/cupsd.conf", "-s", f"{folder}/cups-files.conf")
        wait_for(lambda: listens(port), "cupsd does not start")
        yield RealCups(folder, port, environ, stack)


def _lock(descriptor: int) -> None:
    """Allow one instance per machine: avahi-daemon has one path for its pid file."""
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX)


def _starter(stack: ExitStack, folder: Path, environ: dict[str, str]) -> Callable[..., Process]:
    def start(program: str, *args: str) -> Process:
        process = Process(folder / f"{program}.log", environ, program, *args)
        stack.callback(process.end)
        return process

    return start


def _write_settings(folder: Path, port: int) -> None:
    for name in ("root", "requests", "cache", "state/certs", "tmp", "log"):
        (folder / name).mkdir(parents=True)
    (folder / "tmp").chmod(0o1777)
    settings = {
        "bus.conf": BUS_CONF,
        "avahi.conf": AVAHI_CONF,
        "cupsd.conf": CUPSD_CONF,
        "cups-files.conf": CUPS_FILES_CONF,
    }
    for name, text in settings.items():
        (folder / name).write_text(text.format(folder=folder, port=port, pid=os.getpid()))
