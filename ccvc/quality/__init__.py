"""Data quality: findings on every dossier, scores by unit and day, suggestions accepted, work sent back."""
