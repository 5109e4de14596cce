"""On what kind of disk does a file lie? Linux alone tells without being asked for much."""

from __future__ import annotations

import os
import re
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_SHARES = {
    "nfs": "NFS",
    "nfs4": "NFS",
    "cifs": "SMB",
    "smb3": "SMB",
    "smbfs": "SMB",
    "9p": "9p",
    "fuse.sshfs": "sshfs",
    "fuse.gvfsd-fuse": "GVfs",
    "fuse.davfs": "WebDAV",
    "fuse.rclone": "rclone",
    "fuse.glusterfs": "Gluster",
    "ceph": "Ceph",
    "afs": "AFS",
}
"""The system's names of network file systems, and those that people know."""
_ESCAPE = re.compile(r"\\([0-7]{3})")


def network_share(path: Path, mounts: str | None = None) -> str:
    """What kind of network share a file lies on; empty for a disk of this computer's own.

    Args:
        mounts: as /proc/self/mountinfo has them (proc_pid_mountinfo(5)); None: read there.
    """
    if mounts is None:
        try:
            mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return ""
    place = os.path.realpath(path)
    nearest, kind = "", ""
    for line in mounts.splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split(" ")
        if not dash or len(fields) < 6:
            continue
        point = _unescaped(fields[4])
        # of two at one place the later one lies on top
        if len(point) >= len(nearest) and _is_below(place, point):
            nearest, kind = point, after.split(" ", 1)[0]
    return _SHARES.get(kind, "") if nearest != "/" else ""


def _is_below(place: str, point: str) -> bool:
    return place == point or place.startswith(point.rstrip("/") + "/")


def _unescaped(text: str) -> str:
    """Space, tab, line feed and backslash stand as `\\040` and the like there."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 8)), text)
