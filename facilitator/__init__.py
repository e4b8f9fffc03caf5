"""Facilitator: the domain, its storage and its documents. Nothing in this package imports Qt."""

__version__ = "0.1.0"
