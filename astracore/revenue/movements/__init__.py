"""Deposits and withdrawals, and their review against money laundering."""
