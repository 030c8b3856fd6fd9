"""Observing: logs and metrics."""
