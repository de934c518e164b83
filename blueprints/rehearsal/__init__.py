"""The rehearsal provider's own screen: where a payer says yes or no. It exists only while rehearsing."""

from blueprints.rehearsal.screen import rehearsal

blueprints = (rehearsal,)
