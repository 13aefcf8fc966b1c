internal import Glibc
internal import Logging

/// Our folder, and what to do when somebody tidies it up: sockets are made again, and so is the folder itself.
extension Supervisor {
    private static let retryDelay = Nanoseconds.seconds(1)

    func openFolder() throws(StartError) {
        directory = try RuntimeDirectory.open(
            configuration.runtimeDirectory, programs: configuration.programs.map(\.name))
        watch = DirectoryWatch(configuration.runtimeDirectory)
    }

    func hearOfFolder() {
        guard let change = watch?.changes() else { return }
        if change.folderIsGone {
            remakeFolder()
        } else {
            restore { change.isIncomplete || change.removed.contains($0) }
        }
    }

    /// A lock cannot be made again, and whoever starts a second supervisor then is not held back by it.
    private func restore(_ isAsked: (_ name: String) -> Bool) {
        if isAsked("supervisor.sock"), isMissing("supervisor.sock") { restoreStatusSocket() }
        if isAsked("supervisor.lock"), isMissing("supervisor.lock") {
            log.error("\(file("supervisor.lock")) was removed: a second supervisor could start here; restart this one")
        }
        for index in slots.indices where slots[index].receiver != nil {
            let name = "\(slots[index].name).notify"
            if isAsked(name), isMissing(name) { restoreReceiver(of: index) }
        }
    }

    private func restoreStatusSocket() {
        let isRestored = server?.restore() ?? true
        log.warning(
            "\(file("supervisor.sock")) was removed; \(isRestored ? "made again" : "it cannot be made again, and is tried again")"
        )
        if !isRestored { restoreLater() }
    }

    private func restoreReceiver(of index: Int) {
        let slot = slots[index]
        // What was said before still waits in the old one.
        hear(index)
        do {
            try slot.reopenReceiver()
            slot.log.warning("\(file("\(slot.name).notify")) was removed; made again")
        } catch {
            slot.log.error("\(file("\(slot.name).notify")) was removed and cannot be made again: \(error)")
            restoreLater()
        }
    }

    private func restoreLater() {
        restoreDue = MonotonicClock.now().adding(Self.retryDelay)
        chores(by: MonotonicClock.now().adding(Self.retryDelay))
    }

    /// What could not be made again when it was removed.
    func restoreAgain(now: Nanoseconds) {
        guard let due = restoreDue else { return }
        guard now >= due else { return chores(by: due) }
        restoreDue = nil
        if isMissing("") || directory == nil { remakeFolder() } else { restore { _ in true } }
    }

    private func remakeFolder() {
        // Its lock is on a file without a name, or by another one; what somebody has put in its place is not ours to remove.
        let former = directory.take()
        let isGone = isMissing("")
        if isGone { former?.remove() }
        do {
            try openFolder()
            log.warning(
                "\(configuration.runtimeDirectory) was \(isGone ? "removed; made again" : "moved away; another one in its place is used")"
            )
            restore { _ in true }
        } catch {
            log.error("\(configuration.runtimeDirectory) was removed and cannot be made again: \(error)")
            watch = nil
            restoreLater()
        }
    }

    private func isMissing(_ name: String) -> Bool { unsafe access(file(name), F_OK) != 0 }

    private func file(_ name: String) -> String { "\(configuration.runtimeDirectory)/\(name)" }
}
