enum SupervisionRoom {}
