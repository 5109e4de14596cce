"""Several desks that agree: keys, files on a stick, and the engine that carries the log.

Nothing here is imported until an event is shared; the two libraries it needs are an extra.
"""
