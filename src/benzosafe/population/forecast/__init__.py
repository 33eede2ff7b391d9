"""How often the alerts would fire on the orders of a record system, before anyone switches them on."""
