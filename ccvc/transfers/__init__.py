"""Dossiers handed over from one component to another, through the national node."""
