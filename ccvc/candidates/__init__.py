"""Who qualifies: people sought by criteria over any field and rule, with what each comes to and why."""
