"""What must always hold in the catalogue."""
