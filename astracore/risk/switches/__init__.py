"""The kill switch: one aggregate for each scope and target that was ever stopped."""
