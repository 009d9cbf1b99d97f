"""Journey 3: notification of an overnight stay (Luật Cư trú Điều 30), its correction and cancelling."""
