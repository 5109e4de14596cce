"""Replication of the log between desks: keys, bundle files and the network engine.

zenoh and cryptography, an optional extra, are imported only when they are used.
"""
