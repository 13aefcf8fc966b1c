internal import CLinux
internal import Glibc

/// What dead children left behind outside their groups: daemons in sessions of their own. As a subreaper (or PID 1) we have
/// become their parent; they are known by the mark in their environment, and by nothing else, so that an orphan of somebody
/// else's - a `docker exec` in our container - is left alone.
struct Leftovers {
    /// `NAME=VALUE` as it stands in the environment of each process of one life.
    private var marks: [String] = []
    /// Killed, and perhaps not gone yet.
    private var dying: Set<Int32> = []

    /// How often nobody new was found while somebody old was still there: one whom the kernel keeps is not worth many looks.
    private(set) var quietSweeps = 0

    var isEmpty: Bool { marks.isEmpty }

    mutating func expect(_ mark: String) { marks.append(mark) }

    /// Kills whoever carries a mark. Those whose parents die by it become our children only then, so it is to be called again
    /// until it finds nobody.
    /// - Parameter known: pids of the children that live in slots.
    /// - Returns: pids of those that were killed by this call.
    mutating func sweep(known: Set<Int32>) -> [Int32] {
        guard !marks.isEmpty else { return [] }
        let own = getpid()
        var found: Set<Int32> = []
        var borne: Set<String> = []
        for pid in ProcFS.processes() where !known.contains(pid) {
            guard ProcFS.parent(of: pid) == own, mark(of: pid) != nil else { continue }
            let descriptor = pulse_pidfd_open(pid)
            guard descriptor >= 0 else { continue }
            // Looked at once more: from the open on the descriptor means this very process.
            if ProcFS.parent(of: pid) == own, let mark = mark(of: pid),
                pulse_pidfd_send_signal(descriptor, SIGKILL) == 0
            {
                found.insert(pid)
                borne.insert(mark)
            }
            close(descriptor)
        }
        let new = found.subtracting(dying)
        quietSweeps = new.isEmpty ? quietSweeps + 1 : 0
        dying = found
        marks = marks.filter(borne.contains)
        return new.sorted()
    }

    private func mark(of pid: Int32) -> String? {
        guard let environment = ProcFS.environment(of: pid) else { return nil }
        return marks.first { mark in environment.contains { $0.elementsEqual(mark.utf8) } }
    }
}
