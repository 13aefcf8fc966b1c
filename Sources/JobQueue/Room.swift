enum JobQueueRoom {}
