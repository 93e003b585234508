"""Small domains that the tests of the spine store, so that they need none of the product's."""
