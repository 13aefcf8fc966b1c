internal import Glibc

/// Processes of a larger fleet before us, in slots that we do not have: asked to go, and killed when they do not.
struct Strays {
    enum Fate: Equatable {
        case gone, killed
        /// Killed, and not gone: nobody can do more.
        case stuck
    }

    private struct Stray {
        let killAt: Nanoseconds
        var wasKilled = false
    }

    /// By slot.
    private var held: [String: Stray] = [:]
    private static let unkillable = Nanoseconds.seconds(5)

    var isEmpty: Bool { held.isEmpty }

    /// Files of slots that nobody holds are removed.
    /// - Parameter ours: slots that are not looked at.
    /// - Returns: the slots whose holders were asked to go.
    mutating func ask(in folder: String, except ours: Set<String>, killAt: Nanoseconds) -> [String] {
        let files = DirectoryEntries.names(in: folder)
        func slots(_ suffix: String) -> Set<String> {
            Set(files.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) })
                .subtracting(ours).subtracting(["supervisor"])
        }
        for name in slots(".lock") where !SlotLock.isFree("\(folder)/\(name).lock") {
            Survivor(lockPath: "\(folder)/\(name).lock").terminate(leaderFirst: name.hasPrefix("worker."))
            held[name] = Stray(killAt: killAt)
        }
        for name in slots(".lock").union(slots(".notify")) where held[name] == nil { Self.remove(name, in: folder) }
        return held.keys.sorted()
    }

    /// - Returns: what became of those of whom there is news.
    mutating func look(in folder: String, now: Nanoseconds) -> [(slot: String, fate: Fate)] {
        var news: [(String, Fate)] = []
        for (name, stray) in held.sorted(by: { $0.key < $1.key }) {
            let path = "\(folder)/\(name).lock"
            if SlotLock.isFree(path) {
                Self.remove(name, in: folder)
                held[name] = nil
                news.append((name, .gone))
            } else if now >= stray.killAt.adding(Self.unkillable) {
                held[name] = nil
                news.append((name, .stuck))
            } else if now >= stray.killAt {
                Survivor(lockPath: path).kill()
                held[name]?.wasKilled = true
                if !stray.wasKilled { news.append((name, .killed)) }
            }
        }
        return news
    }

    /// The slot is ours from now on, and whoever survives in it is the slot's business.
    mutating func forget(_ slot: String) { held[slot] = nil }

    private static func remove(_ slot: String, in folder: String) {
        unsafe unlink("\(folder)/\(slot).lock")
        unsafe unlink("\(folder)/\(slot).notify")
    }
}
