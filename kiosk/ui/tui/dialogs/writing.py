"""Write files one at a time from a dialog."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kiosk.errors import KioskError
from kiosk.printing.backends.save_pdf import open_in_viewer
from kiosk.ui.actions import DESK, full_message
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.worker import Job


class WritingDialog(Dialog[None]):
    """A dialog whose job writes a file; Esc stops the job, then closes the dialog."""

    job: Job[Any] | None = None
    """The job that is running."""
    written: Path | None = None
    """The file written last."""

    def not_written(self, error: KioskError) -> None:
        """Show why the file was not written."""
        self.job = None
        self.say(f"✗ {full_message(error, DESK)}", is_error=True)

    def action_open_file(self) -> None:
        """Open the file that was written last."""
        if self.written is None:
            self.say("Write the file first: Enter.")
            return
        try:
            open_in_viewer(self.written)
        except KioskError as error:
            self.say(f"{self.written}: {error.problem}")

    def action_back(self) -> None:
        """Stop the job that is running, else leave."""
        if self.job is not None:
            self.job.stop()
        else:
            self.dismiss(None)
