"""What can be done about favorites, reviews and comments: one file each."""
