/// Will the service come back after a restart of the host, and has it room?
enum UnitFindings {
    /// Two connections for each of 64 jobs in hand, and what a process needs besides.
    private static let leastFiles = 1024

    static func of(_ facts: Facts) -> [Finding] {
        let unit = facts.unit
        guard unit.hasSystemd || unit.isInstalled else { return limits(unit) }
        guard unit.isInstalled else {
            guard case .seen = facts.supervisor else {
                return [
                    .warning(
                        .state(.unitMissing), "systemd runs here, and pulse.service is not installed",
                        "scripts/install, or the Debian package; not needed where Pulse runs elsewhere")
                ] + limits(unit)
            }
            return limits(unit)
        }
        var findings: [Finding] = []
        if let problem = unit.envFileProblem {
            findings.append(
                .broken(
                    .state(.unitEnvFile), problem,
                    "chown root:pulse and chmod 0640 that file: the service's user must be able to read it, nobody else"
                ))
        }
        if !unit.isEnabled {
            findings.append(
                .warning(
                    .state(.unitDisabled), "pulse.service is not enabled: it does not come back when the host restarts",
                    "systemctl enable pulse"))
        }
        if !unit.hasWatchdog {
            findings.append(
                .warning(
                    .state(.unitWatchdog),
                    "pulse.service has no WatchdogSec=: a supervisor that hangs is never noticed",
                    "set WatchdogSec=30 (systemctl edit pulse)"))
        }
        findings += limits(unit)
        return findings.isEmpty ? [.fine(.state(.unitFine), "pulse.service is installed and enabled")] : findings
    }

    private static func limits(_ unit: UnitFacts) -> [Finding] {
        var findings: [Finding] = []
        if let limit = unit.fileLimit, limit < leastFiles || Double(unit.openFiles ?? 0) > 0.8 * Double(limit) {
            let open = unit.openFiles.map { ", \($0) are open" } ?? ""
            findings.append(
                .warning(
                    .state(.unitFiles), "the supervisor may open \(limit) files\(open)",
                    "set LimitNOFILE=4096 (systemctl edit pulse), or ulimit -n where it is started"))
        }
        if let limit = unit.memoryLimit, let used = unit.memoryUsed, limit > 0, Double(used) > 0.9 * Double(limit) {
            findings.append(
                .warning(
                    .state(.unitMemory), "\(used >> 20) of \(limit >> 20) MiB of its MemoryMax= are in use",
                    "raise it (systemctl edit pulse), or lower PULSE_WORKERS or PULSE_MAX_JOBS_IN_FLIGHT"))
        }
        if unit.kills > 0 {
            findings.append(
                .warning(
                    .state(.unitKilled),
                    "the kernel has killed some of its processes for want of memory, \(unit.kills) in all",
                    "raise MemoryMax=, or set PULSE_MAX_MEMORY below it so that workers are replaced before"))
        }
        return findings
    }
}
