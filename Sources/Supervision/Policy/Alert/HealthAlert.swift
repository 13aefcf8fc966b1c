/// Decides when somebody is told of a change of health, by a program that takes its time: one at a time, the newest health wins.
///
/// Each of the two marks, "no longer healthy" and "unhealthy", is believed once it has held: so health that swings across one of
/// them is quiet about that one and not about the other. A program is started when what is believed is what is seen, and
/// differs from what was told last: the document it gets then says the same.
///
/// ```mermaid
/// stateDiagram-v2
///     idle --> telling: another health than was told has held
///     telling --> terminating: limit, or the supervisor stops
///     terminating --> killing: grace is over
///     telling --> idle: ended
///     terminating --> idle: ended
///     killing --> idle: ended
/// ```
package struct HealthAlert: Equatable, Sendable {
    package enum Event: Equatable, Sendable {
        /// How things stand. `patience`: how long worse health must hold at least, where that is longer than
        /// `AlertPolicy.worseHolds`: while the fleet starts, or processes are being replaced, it is expected.
        case observed(HealthLevel, patience: Nanoseconds)
        /// The program is gone, or could not be started.
        case ended
        case deadline
        /// The setting was made, or taken away. A program that runs goes on.
        case switched(on: Bool)
        /// The supervisor stops: that is told by whoever stopped it.
        case stop
    }

    package enum Action: Equatable, Sendable {
        case start(HealthLevel, previous: HealthLevel)
        case terminate
        case kill
    }

    enum Run: Equatable, Sendable {
        case idle
        case telling(deadline: Nanoseconds)
        case terminating(killAt: Nanoseconds)
        case killing
    }

    private let policy: AlertPolicy
    /// With the patience of the last observation.
    private var holds: AlertPolicy
    private(set) var run = Run.idle
    private var isOn = false
    private var isStopping = false
    private var marks = [HeldMark(), HeldMark()]
    private var seen = HealthLevel.healthy
    /// What was told last, or was to be: a program that failed is not run again for the same. Nobody is told at the start that
    /// all is well.
    private var told = HealthLevel.healthy

    package init(_ policy: AlertPolicy) {
        self.policy = policy
        holds = policy
    }

    /// When it wants to be asked again, with a fresh observation.
    package var deadline: Nanoseconds? {
        switch run {
        case .idle: isOn ? marks.compactMap { $0.deadline(holds) }.min() : nil
        case .telling(let deadline): deadline
        case .terminating(let killAt): killAt
        case .killing: nil
        }
    }

    package mutating func handle(_ event: Event, now: Nanoseconds) -> [Action] {
        settle(now: now)
        var actions: [Action] = []
        switch (run, event) {
        case (_, .observed(let level, let patience)): see(level, patience: patience, now: now)
        case (_, .switched(let on)): switchOn(on)
        case (_, .ended): run = .idle
        case (.telling, .stop):
            terminate(now: now, &actions)
            stop()
        case (.idle, .stop), (.terminating, .stop), (.killing, .stop): stop()
        case (.telling(let deadline), .deadline): if now >= deadline { terminate(now: now, &actions) }
        case (.terminating(let killAt), .deadline):
            if now >= killAt {
                run = .killing
                actions.append(.kill)
            }
        case (.idle, .deadline), (.killing, .deadline): break
        }
        decide(now: now, &actions)
        return actions
    }

    private var believed: HealthLevel { marks[1].isPassed ? .unhealthy : marks[0].isPassed ? .degraded : .healthy }

    private mutating func see(_ level: HealthLevel, patience: Nanoseconds, now: Nanoseconds) {
        seen = level
        holds.worseHolds = max(policy.worseHolds, patience)
        for index in marks.indices { marks[index].see(level.depth > index, now: now) }
        settle(now: now)
    }

    private mutating func settle(now: Nanoseconds) {
        for index in marks.indices { marks[index].settle(holds, now: now) }
    }

    private mutating func switchOn(_ on: Bool) {
        guard on != isOn, !isStopping else { return }
        isOn = on
        // Whoever is told from now on knows nothing yet.
        told = .healthy
    }

    private mutating func stop() {
        isOn = false
        isStopping = true
    }

    private mutating func terminate(now: Nanoseconds, _ actions: inout [Action]) {
        run = .terminating(killAt: now.adding(policy.grace))
        actions.append(.terminate)
    }

    private mutating func decide(now: Nanoseconds, _ actions: inout [Action]) {
        guard isOn, run == .idle, believed != told, believed == seen else { return }
        run = .telling(deadline: now.adding(policy.limit))
        actions.append(.start(believed, previous: told))
        told = believed
    }
}
