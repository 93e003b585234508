"""Failed logins: how one account from one address is slowed down."""
