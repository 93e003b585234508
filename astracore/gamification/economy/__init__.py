"""What the rules do to a whole population: a year of five kinds of traders."""
