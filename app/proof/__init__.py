"""The nightly proof that the books agree: what other domains can show of their own money, put together, kept and told."""
