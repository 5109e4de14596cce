"""Reads codes with a camera, or from a video or pictures. Needs the extra `camera`.

An adapter: it hands on codes and what the camera sees, and knows nothing of the desk.
"""
