import Supervision

/// One process of the fake kernel: what it will do next, and what was done to it.
struct FakeProcess {
    enum Mood: Equatable {
        /// Says READY=1 at its next turn.
        case booting
        /// Pings.
        case serving
        /// Never says anything again.
        case silent
        /// Ends at its next turn.
        case leaving(ExitStatus)
    }

    let pid: Int32
    let number: Int
    let edition: Int
    let startedAt: Nanoseconds
    var mood = Mood.booting
    /// When its next turn comes.
    var turnAt: Nanoseconds
    var wasReady = false
    var readyAt: Nanoseconds?
    var wasTold = false
    var wasAborted = false
    var isKilled: Bool { killedAt != nil }
    var killedAt: Nanoseconds?
    /// Somebody has seen to it that it will go.
    var isLeaving: Bool { wasTold || wasAborted || isKilled }
    /// It said READY=1, and the datagram was lost; or it was silent until just now.
    var mayLookHung = false
    /// Its last message was lost; the next one is not.
    var lastWasLost = false
    var saidStopping = false
    /// Extra time it asked for before it was ready.
    var extendedUntil: Nanoseconds = 0
}

/// Something a process said or did, on its way to the supervisor.
enum Word {
    case message(ChildEvent)
    case end(ExitStatus)
}
