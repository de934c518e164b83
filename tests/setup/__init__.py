"""How the tests get what they stand on, and how all of them are run."""
