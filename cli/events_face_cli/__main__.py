"""``python -m events_face_cli``: the same as ``events-face``."""

from events_face_cli.main import main

main()
