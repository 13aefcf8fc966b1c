import Glibc

/// Where a test build can be made to die or to hang: `WORKER_DIES_AT` or `WORKER_HANGS_AT`, each `<step>[ <part of a URL>]`,
/// with the steps `claimed`, `begun`, those of `IndexingStep`, `worked` and `finished`. With a URL every life dies, as of a
/// poison document; without one only a slot's first, so that its successor can be watched. A release build has none of it.
enum FaultPoint {
    #if DEBUG
        private static let deadly = point("WORKER_DIES_AT").flatMap { point in
            unsafe point.part.isEmpty && getenv("PULSE_PREDECESSOR") != nil ? nil : point
        }
        private static let sticky = point("WORKER_HANGS_AT")

        static func reached(_ step: String, _ url: String? = nil) {
            if isMeant(deadly, step, url) { kill(getpid(), SIGKILL) }
            // What ignores its cancellation: no suspension, no check.
            if isMeant(sticky, step, url) { while true { sleep(1) } }
        }

        private static func point(_ name: String) -> (step: String, part: String)? {
            guard let text = unsafe getenv(name).flatMap({ unsafe String(validatingCString: $0) }) else { return nil }
            let words = text.split(separator: " ", maxSplits: 1).map(String.init)
            return words.first.map { ($0, words.count > 1 ? words[1] : "") }
        }

        private static func isMeant(_ point: (step: String, part: String)?, _ step: String, _ url: String?) -> Bool {
            guard let point, point.step == step else { return false }
            return point.part.isEmpty || url?.contains(point.part) == true
        }
    #else
        static func reached(_ step: String, _ url: String? = nil) {}
    #endif
}
