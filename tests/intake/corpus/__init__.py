"""Messy sources as agencies keep them, each with what must come out."""
