"""Stand-in of the lodging-notification service (Luật Cư trú Điều 30)."""
