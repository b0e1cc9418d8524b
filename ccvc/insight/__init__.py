"""Statistics over the register, or over a component's own dossiers: counts by declared dimensions."""
