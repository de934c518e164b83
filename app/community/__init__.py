"""What people say of each other: reviews."""
