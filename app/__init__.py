"""PeerLearn's core: domains sliced by noun over a kernel that knows nothing of them."""
