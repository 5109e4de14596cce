"""Read codes with a camera, or from a video or pictures; needs the extra `camera`."""
