/// How a service stands as this process last saw it.
public struct ServiceHealth: Equatable, Sendable {
    public var healthy: Bool
    /// What was tried and what came back, in one line, without any secret.
    public var reason: String?
    /// What to do about it, in one line.
    public var remedy: String?

    init(_ fault: ServiceFault?) {
        healthy = fault == nil
        reason = fault?.reason
        remedy = fault?.remedy
    }
}
