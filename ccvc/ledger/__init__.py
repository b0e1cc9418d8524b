"""What this node did, in order, in a log whose past cannot be changed unseen."""
