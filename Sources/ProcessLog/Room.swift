enum ProcessLogRoom {}
