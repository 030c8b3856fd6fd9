"""Adapters: the technologies that stand behind the ports of the core."""
