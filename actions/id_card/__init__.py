"""Journey 2: how far an identity card is, told only to somebody who knows the file code and a second detail."""
