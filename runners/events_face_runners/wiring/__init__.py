"""Wiring: settings, and the containers that put adapters behind the ports."""
