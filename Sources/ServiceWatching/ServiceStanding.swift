/// How far the services can be used, the worst of them deciding.
package enum ServiceStanding: Equatable, Sendable {
    case serving
    /// One came back: a single job shows whether it really serves.
    case probation
    case away
}
