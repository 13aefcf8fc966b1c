enum IndexingRoom {}
