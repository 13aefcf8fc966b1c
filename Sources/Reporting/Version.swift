/// The version that every program prints, workers register and documents carry.
public let pulseVersion = "0.1.0"
