"""Random walks through everything that can happen to bookings and their money."""
