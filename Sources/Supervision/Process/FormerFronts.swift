internal import Glibc
internal import HTTPServing
internal import Logging

/// The fronts of an earlier supervisor that was killed: they keep the port until they have answered what they had begun.
/// Nothing runs yet when they are waited for, so no loop is held up.
struct FormerFronts {
    /// Where their slots' locks are; they may have been more than there are to be now.
    let folder: String
    /// By its name their slots are known.
    let program: String
    let log: Logger

    /// Theirs for a clean end, as for anybody who holds a slot; then SIGKILL, and as long again.
    private static let patience = Nanoseconds.seconds(5)
    /// A process that ends gives up its lock a moment before its socket.
    private static let moment = Nanoseconds.milliseconds(200)

    /// - Returns: what listens, at once where nobody else does.
    /// - Throws: ``TCPListenerError``; EADDRINUSE when a stranger has the port, or a front that not even SIGKILL ends.
    func outlast(_ listen: () throws(TCPListenerError) -> TCPListener) throws(TCPListenerError) -> TCPListener {
        let lockPaths = DirectoryEntries.names(in: folder).filter {
            $0.hasPrefix(program + ".") && $0.hasSuffix(".lock")
        }.map { "\(folder)/\($0)" }
        let begun = MonotonicClock.now()
        var lastHeld = begun
        var (isAsked, isKilled) = (false, false)
        while true {
            do throws(TCPListenerError) { return try listen() } catch {
                guard error.errno == EADDRINUSE else { throw error }
                let now = MonotonicClock.now()
                let held = lockPaths.filter { !SlotLock.isFree($0) }
                if !held.isEmpty { lastHeld = now }
                guard now.since(lastHeld) < Self.moment, now.since(begun) < 2 * Self.patience else { throw error }
                if !held.isEmpty, !isAsked {
                    isAsked = true
                    log.notice("the API of an earlier supervisor still has its port; it is asked to stop")
                    for path in held { Survivor(lockPath: path).terminate(leaderFirst: true) }
                }
                if now.since(begun) >= Self.patience, !isKilled {
                    isKilled = true
                    log.warning("the API of an earlier supervisor does not end: SIGKILL")
                    for path in held { Survivor(lockPath: path).kill() }
                }
            }
            usleep(10_000)
        }
    }
}
