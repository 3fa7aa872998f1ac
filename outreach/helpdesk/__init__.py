"""Where help is: the desks and places of a commune, and the boards that lead people there and to the lessons."""
