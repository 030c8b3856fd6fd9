"""What can be done with announcements: one file each."""
