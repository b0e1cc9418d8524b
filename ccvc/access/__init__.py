"""Who may do what, to whom, since when and by which decision; and the record of every look at a person."""
