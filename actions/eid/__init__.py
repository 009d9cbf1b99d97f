"""Journey 1: electronic identity, one step at a time. The steps are data (`graph.yml`), their texts are responses."""
