"""Runners: the processes that events-face runs as, and how they are wired."""
