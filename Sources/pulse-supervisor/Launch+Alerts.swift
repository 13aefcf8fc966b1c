import Settings
import Supervision

/// Who tells of a change of health.
extension Launch {
    func alerts(_ settings: Settings) throws(StartError) -> AlertPrograms {
        var poster: [String]?
        if settings.alertWebhook != nil {
            // Beside us in a build, and where scripts/install puts it.
            let places = [Self.sibling("pulsectl"), Self.sibling("../../bin/pulsectl"), "/usr/bin/pulsectl"]
            guard let control = Self.firstExecutable(places) else {
                throw .configuration(
                    "PULSE_ALERT_WEBHOOK: pulsectl, which posts to it, is not there: looked for \(places.joined(separator: ", "))"
                        + "; install it beside this program")
            }
            poster = [control, "alert"]
        }
        return AlertPrograms(
            hook: settings.onHealthChange, poster: poster, deathSignalTool: deathSignalTool)
    }

    var alertPolicy: AlertPolicy {
        var policy = AlertPolicy()
        #if DEBUG
            // Not a setting: the tests do not wait half a minute. Milliseconds, in the order of the policy's own.
            let times = (environment["PULSETEST_ALERT_TIMES"] ?? "").split(separator: ",").compactMap { UInt64($0) }
            if times.count == 4 {
                policy.worseHolds = times[0] * 1_000_000
                policy.betterHolds = times[1] * 1_000_000
                policy.limit = times[2] * 1_000_000
                policy.grace = times[3] * 1_000_000
            }
        #endif
        return policy
    }
}
