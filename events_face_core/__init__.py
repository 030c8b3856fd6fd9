"""The domain of events-face: pure rules and use cases over ports, free of any technology."""
