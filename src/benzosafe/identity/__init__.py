"""Who somebody is and what they may do: accounts, factors, sessions, signing keys."""
