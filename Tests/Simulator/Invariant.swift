/// What must hold in every history. Each has a planted bug that breaks it, to show that it would be noticed.
enum Invariant: String, CaseIterable, Sendable {
    case oneProcessPerSlot = "never two live processes in a slot"
    case noSignalToTheReaped = "no signal to a reaped process"
    case boundedSpawns = "spawns are bounded over time"
    case stopEnds = "a stop ends in time"
    case everyChildReaped = "every child is reaped before the end"
    case askedBeforeKilled = "TERM or ABRT before KILL"
    case promisedTime = "no KILL before the promised time is over"
    case noRestartAfterStop = "nothing is started after a stop"
    case readyOnce = "READY once for the start, and once for each RELOADING"
    case readyWithQuorum = "the first READY only with a quorum"
    case ghostsChangeNothing = "a former incarnation's message changes nothing"
    case noFalseHang = "whoever keeps its promise is not taken for hung"
    case everyOperationEnds = "every operation ends exactly once"
    case oneReplacementAtATime = "planned replacements one at a time"
    case startConcurrency = "no more workers start at once than allowed"
    case liveness = "once faults cease, every wanted slot is ready"
    case exitCode = "the exit code tells what happened"
    case noOvershoot = "scaling never runs more than asked for"
    case newSettingsReachAll = "a reload that is done has reached everybody"
    case noEarlyRecycling = "nobody is recycled before it is due"
    case onlyWantedStart = "no process for a slot that is not wanted"
    case survivorAskedFirst = "a survivor is asked before it is killed"
    case doneIsDone = "what is told to be done is done"
    case givesUpLate = "the fleet gives up only after more deaths than are endured"
    case deadlinesMoveOn = "no deadline in the past"
}

/// An invariant that did not hold, and when.
struct Violation: Error {
    let invariant: Invariant
    let what: String
}
