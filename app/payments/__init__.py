"""Money, ignorant of what it is for: payments, refunds, the ledger, and the providers behind one protocol."""
