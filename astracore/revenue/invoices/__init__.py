"""Invoices that explain themselves, their numbers without gaps, their credit notes."""
