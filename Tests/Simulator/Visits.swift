import Supervision

/// Which state of a slot met which event, and how often.
struct Visits {
    private(set) var counts: [String: Int] = [:]

    static let states = [
        "pending", "spawning", "occupied", "starting", "ready", "draining", "aborting", "killing", "backoff", "stopped",
        "failed",
    ]
    static let events = [
        "start", "spawned", "spawnFailed", "occupied", "freed", "ready", "stopping", "watchdog", "extendTimeout",
        "weighed", "exited", "deadline", "retire", "stop", "replace", "want",
    ]

    mutating func add(_ meetings: [(ChildState, ChildEvent)]) {
        for (state, event) in meetings {
            // A former life's message never gets as far as a state.
            if let speaker = event.speaker, speaker != state.incarnation?.number { continue }
            counts["\(Self.word(state))|\(Self.word(event))", default: 0] += 1
        }
    }

    func count(_ state: String, _ event: String) -> Int { counts["\(state)|\(event)"] ?? 0 }

    private static func word(_ state: ChildState) -> String {
        switch state {
        case .pending: "pending"
        case .spawning: "spawning"
        case .occupied: "occupied"
        case .starting: "starting"
        case .ready: "ready"
        case .draining: "draining"
        case .aborting: "aborting"
        case .killing: "killing"
        case .backoff: "backoff"
        case .stopped: "stopped"
        case .failed: "failed"
        }
    }

    private static func word(_ event: ChildEvent) -> String {
        switch event {
        case .start: "start"
        case .spawned: "spawned"
        case .spawnFailed: "spawnFailed"
        case .occupied: "occupied"
        case .freed: "freed"
        case .ready: "ready"
        case .stopping: "stopping"
        case .watchdog: "watchdog"
        case .extendTimeout: "extendTimeout"
        case .weighed: "weighed"
        case .exited: "exited"
        case .deadline: "deadline"
        case .retire: "retire"
        case .stop: "stop"
        case .replace: "replace"
        case .want: "want"
        }
    }

    /// Which events come in which state, and must have come in a run. The rest cannot happen: the kernel answers only what was
    /// asked, a slot without a process has nobody to speak for it, the fleet starts only who waits for it, and wants again
    /// only who was told to go.
    static let reachable: [String: Set<String>] = {
        let words: Set<String> = ["ready", "stopping", "watchdog", "extendTimeout", "weighed", "exited", "deadline"]
        let wishes: Set<String> = ["retire", "stop", "replace"]
        return [
            "pending": wishes.union(["start"]),
            "spawning": ["spawned", "spawnFailed", "occupied"] as Set<String>,
            "occupied": wishes.union(["deadline", "occupied", "freed"]),
            "starting": words.union(wishes),
            "ready": words.union(wishes),
            "draining": words.union(wishes).union(["want"]),
            "aborting": words.union(wishes).union(["want"]),
            "killing": wishes.union(["exited", "deadline", "want"]),
            "backoff": wishes.union(["deadline"]),
            "stopped": ["retire", "stop", "want"],
            "failed": wishes,
        ]
    }()

    /// Too rare to be asked for: the kernel's answer is still on its way when a stop or another slot's answer comes between.
    private static let rare: [String: Set<String>] = [
        "spawning": ["retire", "stop", "replace", "want"],
        "stopped": ["deadline", "freed", "occupied", "spawned", "spawnFailed"],
        "killing": ["ready", "stopping", "watchdog", "extendTimeout", "weighed"],
    ]

    /// Pairs that can happen and did not.
    var missed: [String] {
        Self.states.flatMap { state in
            Self.events.filter { Self.reachable[state, default: []].contains($0) && count(state, $0) == 0 }
                .map { "\(state) + \($0)" }
        }
    }

    /// Pairs that happened although they cannot.
    var impossible: [String] {
        counts.keys.filter { key in
            let parts = key.split(separator: "|").map(String.init)
            return !Self.reachable[parts[0], default: []].union(Self.rare[parts[0], default: []]).contains(parts[1])
        }.sorted()
    }

    func table() -> String {
        var lines = ["state      " + Self.events.map { pad($0, 13) }.joined()]
        for state in Self.states {
            let cells = Self.events.map { event in
                let isReachable = Self.reachable[state, default: []].contains(event)
                let times = count(state, event)
                return pad(isReachable || times > 0 ? "\(times)" : "-", 13)
            }
            lines.append(state + String(repeating: " ", count: 11 - state.count) + cells.joined())
        }
        return lines.joined(separator: "\n")
    }

    private func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.count)) + text
    }
}
