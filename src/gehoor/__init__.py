"""Gehoor: customer contact in which a person is always within reach."""

__version__ = "0.1.0"
