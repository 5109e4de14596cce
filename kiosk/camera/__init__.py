"""Read codes with a camera, or from a video or pictures. Needs the extra `camera`.

An adapter: it reports codes and the camera's state, and does not know the desk.
"""
