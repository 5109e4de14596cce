"""Print jobs: queue, printers, settings, states."""
