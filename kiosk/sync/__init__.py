"""Replication of the log between desks: keys, bundle files and the network engine.

Imported only when an event is shared; the two libraries it needs are an optional extra.
"""
