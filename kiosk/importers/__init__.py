"""Registration files of the platforms, turned into `Registration`s."""
