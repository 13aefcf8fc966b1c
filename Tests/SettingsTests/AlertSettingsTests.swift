import Settings
import Testing

@Suite struct `Settings of alerts` {
    private func settings(_ environment: [String: String]) throws -> Settings {
        try Settings(environment: environment, effectiveUser: 0)
    }

    @Test func `nobody is told unless it is asked for`() throws {
        let none = try settings(["PULSE_ON_HEALTH_CHANGE": "", "PULSE_ALERT_WEBHOOK": ""])
        #expect(none.onHealthChange == nil && none.alertWebhook == nil)
        let both = try settings([
            "PULSE_ON_HEALTH_CHANGE": "mail -s 'down' ops <x",
            "PULSE_ALERT_WEBHOOK": "https://user:key@h.example/a/b?c=d",
        ])
        #expect(both.onHealthChange == "mail -s 'down' ops <x")
        #expect(both.alertWebhook?.text == "https://user:key@h.example/a/b?c=d")
    }

    @Test(arguments: [
        ("PULSE_ALERT_WEBHOOK", "hooks.example/s3cret"), ("PULSE_ALERT_WEBHOOK", "ftp://h/s3cret"),
        ("PULSE_ALERT_WEBHOOK", "https://h/a s3cret"), ("PULSE_ON_HEALTH_CHANGE", " \t"),
        ("PULSE_ON_HEALTH_CHANGE", "s3cret" + String(repeating: "x", count: 4096)),
    ])
    func `what cannot be used is refused, and not shown`(name: String, value: String) {
        #expect {
            _ = try settings([name: value])
        } throws: { error in
            let told = "\(error)"
            return told.contains("\(name): its value is not allowed; it takes ") && !told.contains("s3cret")
        }
    }

    @Test func `what a hook finds in its environment is no unknown setting to the tools that it runs`() throws {
        _ = try settings(["PULSE_HEALTH": "degraded", "PULSE_PREVIOUS_HEALTH": "healthy", "PULSE_HEALTH_REASON": "x"])
    }
}
