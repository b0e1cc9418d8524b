"""Layout, design system, entry page and the published standard: what every room's templates build on."""
