"""Replication of the log between desks: keys, bundle files and the network engine."""
