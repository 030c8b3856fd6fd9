"""What can be done with own events, bookings and categories: one file each."""
