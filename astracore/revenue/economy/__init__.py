"""How freely rewards flow: the faucet."""
