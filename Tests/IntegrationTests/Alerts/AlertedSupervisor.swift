import Foundation
import Glibc
import Reporting

/// A supervisor whose only worker reports what a file says, "serving" (healthy) or "waiting" (degraded).
extension RunningSupervisor {
    /// Worse and better health hold for, then a program's limit and grace, in milliseconds.
    static let soon = "100,200,60000,2000"

    static func alerting(
        hook: String? = nil, webhook: String? = nil, times: String = soon, environment: [String: String] = [:],
        arguments: [String] = [], in folder: String = freshFolder()
    ) throws -> RunningSupervisor {
        var variables = ["PULSETEST_ALERT_TIMES": times]
        variables["PULSE_ON_HEALTH_CHANGE"] = hook
        variables["PULSE_ALERT_WEBHOOK"] = webhook
        // Reports that stay away for a moment on a busy machine must not count as bad health.
        variables["PULSE_REPORT_INTERVAL"] = "60s"
        let supervisor = try RunningSupervisor(
            worker: """
                import json
                def report(activity):
                    state = "healthy" if activity == "serving" else "unhealthy"
                    services = {name: {"state": "healthy"} for name in ("redis", "tei")}
                    services["qdrant"] = {"state": state, "reason": "connection refused", "remedy": "start it"}
                    speak("X_PULSE_REPORT=" + json.dumps({"v": 1, "worker": "w", "activity": activity, "services": services,
                        "done": 0, "failed": 0, "retried": 0, "in_flight": 0, "current": [], "unlisted": 0}))
                report("serving")
                speak("STATUS=about_a_document")
                speak("READY=1")
                said = "serving"
                while True:
                    try: wanted = open(folder + "/activity").read()
                    except FileNotFoundError: wanted = said
                    if wanted and wanted != said: report(wanted)
                    said = wanted or said
                    time.sleep(0.02)
                """,
            environment: variables.merging(environment) { $1 }, arguments: arguments, in: folder)
        return supervisor
    }

    /// Changes what the worker reports, and waits until the supervisor has seen it.
    func become(_ health: Health) async throws {
        let times = logged(": \(health.rawValue): ")
        try write("activity", health == .healthy ? "serving" : "waiting")
        try await until("health is \(health.rawValue)") { logged(": \(health.rawValue): ") > times }
    }

    func alerts(_ way: String, _ outcome: String) -> Double? {
        metric("pulse_alerts_total{way=\"\(way)\",outcome=\"\(outcome)\"}")
    }
}
