"""The command line of events-face."""
