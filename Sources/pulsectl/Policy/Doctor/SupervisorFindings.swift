/// Is somebody there who watches over the workers, and may we ask?
enum SupervisorFindings {
    static func of(_ facts: Facts) -> [Finding] {
        switch facts.supervisor {
        case .pending:
            return [
                .broken(
                    .state(.supervisorSilent), "it did not answer in the doctor's time",
                    "its loop is stuck or the machine overloaded: systemctl restart pulse, and keep its log")
            ]
        case .silent(let socket, let cause):
            return [
                .broken(
                    .state(.supervisorSilent), cause, "systemctl restart pulse, and keep its log: journalctl -u pulse",
                    at: socket)
            ]
        case .forbidden(let socket, let cause):
            return [
                .warning(
                    .state(.supervisorForbidden), cause,
                    "run it as root or the service's user, or join its group: usermod -aG pulse $USER", at: socket)
            ]
        case .absent(let socket, let cause): return [absent(socket, cause, facts.unit)]
        case .seen(let seen):
            var findings = [Finding.fine(.state(.supervisorFine), "pid \(seen.pid): \(seen.summary)", at: seen.socket)]
            if seen.socketMode & 0o007 != 0 {
                findings.append(
                    .warning(
                        .state(.supervisorSocketOpen),
                        "everybody on this host may read it (mode 0\(octal(seen.socketMode)))",
                        "chmod 0660 \(seen.socket), or let the supervisor make it anew", at: seen.socket))
            }
            return findings
        }
    }

    private static func absent(_ socket: String, _ cause: String, _ unit: UnitFacts) -> Finding {
        if unit.isInstalled {
            return .broken(
                .state(.supervisorAbsent), "no supervisor runs: \(cause)",
                "systemctl start pulse; if it ends again, journalctl -u pulse -n 50 says why", at: socket)
        }
        return .warning(
            .state(.supervisorAbsent), "no supervisor runs here: \(cause)",
            "start pulse-supervisor, or name its folder by --runtime-dir; on a host without workers this is as it should be",
            at: socket)
    }

    private static func octal(_ mode: UInt32) -> String { String(mode & 0o777, radix: 8) }
}
