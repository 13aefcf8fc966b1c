package enum FleetEvent: Equatable, Sendable {
    case start
    case child(Int, ChildEvent)
    case deadline
    /// SIGTERM or SIGINT.
    case terminate
    /// Replace the processes of these slots (nil = the workers and the front, or everybody where there are neither), one at a time.
    case restart(slots: [Int]?, operation: Int)
    /// From now on so many of a program. `load`: what each slot has in hand; the idle ones go first.
    case scale(program: Int, count: Int, load: [Int: Int], operation: Int)
    case reload(FleetReload, operation: Int)
    /// The new settings cannot be used; nothing changes.
    case reloadRefused(operation: Int)
}

/// New settings, checked.
package struct FleetReload: Equatable, Sendable {
    package var policy: FleetPolicy
    /// As before in number and order; counts are not looked at.
    package var programs: [Program]
    /// The programs (by index) whose processes have to be replaced for it.
    package var renewed: Set<Int>

    package init(policy: FleetPolicy, programs: [Program], renewed: Set<Int>) {
        self.policy = policy
        self.programs = programs
        self.renewed = renewed
    }
}

package enum FleetAction: Equatable, Sendable {
    case child(Int, ChildAction)
    /// The quorum is ready, for the first time.
    case announceReady
    case announceReloading
    /// The reload has ended, well or not. Said once for each `announceReloading`, unless a stop comes first; both only to
    /// whoever has heard `announceReady`.
    case announceReloaded
    /// New settings made workers die; from here on the former ones are in force again.
    case settingsTakenBack
    case operationEnded(Int, OperationOutcome)
    case announceStopping(StopCause)
    /// The programs beside the workers are being stopped now.
    case stopOthers
    case exit(code: Int32)
}

/// What became of a restart, a scaling or a reload.
package enum OperationOutcome: Equatable, Sendable {
    case done
    /// A newer one took its place.
    case superseded
    /// The new process died twice before it was ready, or cannot be started as it is configured.
    case aborted(slot: Int, ExitStatus)
    /// Everybody was replaced but this one, whose killed process the kernel does not let go.
    case stuck(slot: Int)
    case refused
    /// The fleet stops.
    case stopped
}
