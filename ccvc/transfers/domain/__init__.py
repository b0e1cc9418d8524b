"""Pure part of the room: lines that travel, the way of a hand-over at the national node, sealing, what is inside."""
