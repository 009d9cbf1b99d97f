"""Stand-in of the electronic-identity service: says whether VNeID works."""
