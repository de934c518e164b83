"""The kernel: transactions, events, jobs, errors, time. It knows nothing of PeerLearn."""
