"""Who people are: accounts, sign-in, the two hats."""
