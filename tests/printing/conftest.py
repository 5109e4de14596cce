"""Fixtures of the printing tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fake_ipp import FakeIppServer


@pytest.fixture
def server() -> Iterator[FakeIppServer]:
    """A print server with one queue, `badge`."""
    with FakeIppServer() as running:
        yield running


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """A file that looks like a PDF to a printer."""
    file = tmp_path / "badge.pdf"
    file.write_bytes(b"%PDF-1.5\nnot a real one\n%%EOF\n")
    return file
