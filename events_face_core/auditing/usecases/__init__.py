"""What can be done with audit records: one file each."""
