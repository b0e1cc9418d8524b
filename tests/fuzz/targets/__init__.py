"""The places tried, by the room that reads."""
