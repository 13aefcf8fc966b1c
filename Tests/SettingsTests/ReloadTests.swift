import Settings
import Testing

@Suite struct `Settings that change` {
    @Test func `each change is sorted by what it takes; names only, for values may be secrets`() {
        let changes = SettingChanges(
            from: [
                "PULSE_TEI_URL": "http://a", "PULSE_LISTEN": ":1", "OTHER": "1", "PULSE_WORKERS": "2", "SAME": "x",
                "PULSE_API": "127.0.0.1:1",
            ],
            to: [
                "PULSE_TEI_URL": "http://b", "PULSE_LISTEN": ":2", "PULSE_WORKERS": "3", "SAME": "x",
                "WEBHOOK_QDRANT_URL": "http://q", "NEW": "1", "PULSE_API_RATE": "5", "PULSE_API_SECRET": "s",
                "WEBHOOK_SECRET": "w", "PULSE_ALERT_WEBHOOK": "https://h/k", "PULSE_ON_HEALTH_CHANGE": "true",
            ])
        #expect(changes.workers == ["PULSE_TEI_URL"])
        #expect(changes.api == ["PULSE_API_RATE", "PULSE_API_SECRET"])
        #expect(changes.supervisor == ["PULSE_ALERT_WEBHOOK", "PULSE_ON_HEALTH_CHANGE", "PULSE_WORKERS"])
        #expect(changes.restart == ["PULSE_API", "PULSE_LISTEN"])
        #expect(
            changes.foreign == ["NEW", "OTHER", "WEBHOOK_QDRANT_URL", "WEBHOOK_SECRET"],
            "the product's spelling is read by others too")
    }

    private func settings(_ environment: [String: String]) throws -> Settings {
        try Settings(environment: environment, effectiveUser: 0)
    }

    @Test(arguments: [
        ("127.0.0.1:9180", "127.0.0.1:9180"), ("[::1]:9180", "[::1]:9180"), (":9180", ":9180"),
        ("0.0.0.0:80", "0.0.0.0:80"),
    ])
    func `where to listen`(text: String, shown: String) throws {
        #expect(try settings(["PULSE_LISTEN": text]).listen?.description == shown)
    }

    @Test(arguments: ["9180", "localhost:9180", "1.2.3:9180", "[::1]", ":0", ":99999", "::1:9180", "[evil]:1"])
    func `where nobody can listen is refused`(text: String) {
        #expect(throws: SettingsError.self) { try settings(["PULSE_LISTEN": text]) }
    }

    @Test(arguments: [("512M", 512 << 20), ("2g", 2 << 30), ("1048576", 1 << 20), ("3K", 3072)])
    func `sizes`(text: String, bytes: Int) throws {
        #expect(try settings(["PULSE_MAX_MEMORY": text]).maxMemory == bytes)
    }

    @Test(arguments: ["0", "-1M", "1.5G", "lots", "99999999999G"]) func `what is no size is refused`(text: String) {
        #expect(throws: SettingsError.self) { try settings(["PULSE_MAX_MEMORY": text]) }
    }
}
