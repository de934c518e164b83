"""What every page shares: guards, forms, errors, fragments, cards, headers."""
