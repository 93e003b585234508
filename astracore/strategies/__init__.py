"""Strategies: pure folds of candles into intents, without a look ahead."""
