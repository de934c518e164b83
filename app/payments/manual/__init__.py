"""Money moved by people: transfers that are matched with bank statements, and a list of what is to be sent. No gateway."""
