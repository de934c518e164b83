"""The parts of bin/build, one step each."""
