/// The diagnosis as a line of JSON.
struct DoctorJSON: Encodable {
    struct Entry: Encodable {
        var id: String
        var severity: String
        var cause: String
        var remedy: String?
        var endpoint: String?
    }

    struct Step: Encodable {
        var name: String
        var seconds: Double
    }

    var status: String
    /// What to begin with; nil when nothing needs to be done.
    var first: Entry?
    var findings: [Entry]
    var probe: [Step]?

    init(_ diagnosis: Diagnosis, _ probe: ProbeFacts?) {
        status = diagnosis.worst.word
        first = diagnosis.first.map(Self.entry)
        findings = diagnosis.findings.map(Self.entry)
        self.probe = probe?.steps.map { Step(name: $0.name, seconds: $0.seconds) }
    }

    private static func entry(_ finding: Finding) -> Entry {
        Entry(
            id: finding.id.text, severity: finding.severity.word, cause: finding.cause, remedy: finding.remedy,
            endpoint: finding.endpoint)
    }
}
