"""The composing room: settings, embedded database, jobs, command line, demo, health."""
