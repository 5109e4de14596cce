"""Attendance exports, the attendance report, the audit trail."""
