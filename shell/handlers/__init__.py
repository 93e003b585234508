"""One module for each domain: signatures that say it all, and at most fifteen lines each."""
