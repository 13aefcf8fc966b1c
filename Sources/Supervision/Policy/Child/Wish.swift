/// What a slot is meant to do.
package enum Wish: Equatable, Sendable {
    case up
    /// Go on, but do not start again.
    case last
    /// Be gone by then.
    case down(by: Nanoseconds)
    /// Be gone by then, and let a fresh process take its place.
    case again(by: Nanoseconds, DeathCause)

    /// Its process has been told to go.
    package var wasTold: Bool {
        switch self {
        case .down, .again: true
        case .up, .last: false
        }
    }

    /// A slot that is to be gone for good does not come back because a replacement was asked for.
    package var comesAgain: Bool {
        switch self {
        case .up, .again: true
        case .down, .last: false
        }
    }

    /// The same, and then no more.
    package var last: Wish {
        switch self {
        case .up: .last
        // It was told to go already and is on its way.
        case .again(let deadline, _): .down(by: deadline)
        case .last, .down: self
        }
    }

    /// Wanted again. A process that has been told to go cannot be told otherwise, but a fresh one may follow it.
    package func wanted(hasBeenTold: Bool) -> Wish {
        switch self {
        case .down(let deadline): hasBeenTold ? .again(by: deadline, .scale) : .up
        case .last: .up
        case .up, .again: self
        }
    }
}
