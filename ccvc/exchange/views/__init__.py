"""Pages of the exchange, and the endpoint other nodes talk to."""
