import Testing

@testable import Supervision

/// The machine in a world that checks every action, whatever happens in it.
private struct World {
    private var alert = HealthAlert(AlertPolicy())
    private(set) var now: Nanoseconds = 0
    private var isOn = false
    private var isStopped = false
    private var isRunning = false
    private var signals: [HealthAlert.Action] = []
    private(set) var told = HealthLevel.healthy
    /// What was seen and when, oldest first.
    private var seen: [(at: Nanoseconds, level: HealthLevel)] = [(0, .healthy)]
    private(set) var complaints: [String] = []

    init() { step(.switched(on: true), after: 0) }

    enum Happening: CaseIterable {
        case healthy, degraded, unhealthy, expected, ended, deadline, off, on, stop
    }

    mutating func happen(_ happening: Happening, after distance: Nanoseconds) {
        switch happening {
        case .healthy: step(.observed(.healthy, patience: 0), after: distance)
        case .degraded: step(.observed(.degraded, patience: 0), after: distance)
        case .unhealthy: step(.observed(.unhealthy, patience: 0), after: distance)
        case .expected: step(.observed(.unhealthy, patience: .seconds(90)), after: distance)
        case .ended: if isRunning { step(.ended, after: distance) }
        case .deadline: step(.deadline, after: distance)
        case .off: step(.switched(on: false), after: distance)
        case .on: step(.switched(on: true), after: distance)
        case .stop: step(.stop, after: distance)
        }
    }

    /// Nothing new: whatever is due comes, programs end or are ended.
    mutating func calm(_ level: HealthLevel) {
        step(.observed(level, patience: 0), after: 0)
        for _ in 0..<50 {
            if isRunning { step(.ended, after: 0) }
            guard let deadline = alert.deadline else { break }
            step(.observed(level, patience: 0), after: deadline.since(now))
        }
        if alert.deadline != nil { complain("it never comes to rest") }
        if isOn, !isStopped, told != level { complain("told is \(told), and it has long been \(level)") }
    }

    private mutating func step(_ event: HealthAlert.Event, after distance: Nanoseconds) {
        now = now.adding(distance)
        switch event {
        case .observed(let level, _): seen.append((now, level))
        case .ended:
            isRunning = false
            signals = []
        case .switched(let on):
            if on != isOn, !isStopped { told = .healthy }
            isOn = on && !isStopped
        case .stop:
            isStopped = true
            isOn = false
        case .deadline: break
        }
        for action in alert.handle(event, now: now) { check(action) }
        // Whoever waited for it comes with a fresh look, and must not be called again at once.
        if case .observed = event, !isRunning, let deadline = alert.deadline, deadline <= now {
            complain("it asks for a moment that is over")
        }
    }

    private mutating func check(_ action: HealthAlert.Action) {
        switch action {
        case .start(let level, let previous):
            if isRunning { complain("two at once") }
            if !isOn { complain("told although it is off, or stops") }
            if previous != told { complain("previous is \(previous), and told was \(told)") }
            if level == told { complain("\(level) is told twice") }
            if level != seen.last?.level {
                complain("\(level) is told and \(seen.last?.level.rawValue ?? "?") is seen")
            }
            if !hasHeld(level) { complain("\(level) is told and has never held") }
            isRunning = true
            told = level
        case .terminate, .kill:
            if !isRunning { complain("\(action) for nobody") }
            if signals != (action == .kill ? [.terminate] : []) { complain("\(action) after \(signals)") }
            signals.append(action)
        }
    }

    /// Whether health was at least as bad, or as good, for as long as it takes: some time, not necessarily the last.
    private func hasHeld(_ level: HealthLevel) -> Bool {
        let isWorse = level.depth > told.depth
        let needed = isWorse ? AlertPolicy().worseHolds : AlertPolicy().betterHolds
        var since: Nanoseconds?
        for (index, view) in seen.enumerated() {
            guard isWorse ? view.level.depth >= level.depth : view.level.depth <= level.depth else {
                since = nil
                continue
            }
            let begin = since ?? view.at
            since = begin
            let end = index + 1 < seen.count ? seen[index + 1].at : now
            if end.since(begin) >= needed { return true }
        }
        return false
    }

    private mutating func complain(_ text: String) { complaints.append(text) }
}

@Suite struct `Telling of health, whatever happens` {
    /// Every sequence of four happenings at every pace.
    @Test(arguments: World.Happening.allCases)
    fileprivate func `all short histories keep the rules`(first: World.Happening) {
        let paces: [Nanoseconds] = [.seconds(1), .seconds(10), .seconds(40)]
        func explore(_ world: World, _ depth: Int) -> String? {
            if let complaint = world.complaints.first { return complaint }
            guard depth > 0 else {
                var calm = world
                calm.calm(.degraded)
                return calm.complaints.first
            }
            for happening in World.Happening.allCases {
                for pace in paces {
                    var next = world
                    next.happen(happening, after: pace)
                    if let found = explore(next, depth - 1) { return "\(happening) after \(pace); \(found)" }
                }
            }
            return nil
        }
        var world = World()
        world.happen(first, after: .seconds(1))
        #expect(explore(world, 3) == nil)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `long ones too, and in the end the newest health is told`(seed: UInt64) {
        var random = Jitter(seed: seed)
        var world = World()
        for _ in 0..<200 {
            // A stop ends everything, so it comes last or seldom.
            let happenings = World.Happening.allCases.filter { $0 != .stop || random.next() % 64 == 0 }
            let happening = happenings[Int(random.next() % UInt64(happenings.count))]
            world.happen(happening, after: .milliseconds(random.next() % 15_000))
        }
        let level = HealthLevel.allCases[Int(random.next() % 3)]
        world.calm(level)
        #expect(world.complaints.isEmpty, "seed \(seed)")
    }
}
