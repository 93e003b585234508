"""The spine: deciders, envelopes, canonical bytes, hash chain. It knows no domain."""
