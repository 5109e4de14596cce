"""Several desks that agree."""
