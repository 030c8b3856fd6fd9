"""What can be done with the catalogue: one file each."""
