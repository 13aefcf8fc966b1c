enum HTTPServingRoom {}
