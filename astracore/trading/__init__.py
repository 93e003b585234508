"""Orders, fills, positions, profit and loss, lots, the account decider and the paper venue.

Rooms: `contracts` (what a fill does), `orders` (what may be asked), `lots` (cost basis), `venue`
(the paper market); the account is here, with its `checks` and `steps`.
"""
