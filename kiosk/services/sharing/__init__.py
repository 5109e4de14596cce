"""Several desks: share, join, bundles, conflicts."""
