import Foundation
import Testing

@testable import JobQueue

/// One run of the built `pulsectl doctor`, in an environment and on a host of the test's own.
struct DoctorRun {
    struct Finding: Decodable {
        var id: String
        var severity: String
        var cause: String
        var remedy: String?
        var endpoint: String?
    }

    private struct Answer: Decodable {
        var first: Finding?
        var findings: [Finding]
    }

    let exitStatus: Int32
    let text: String
    let findings: [String: Finding]
    let first: String?

    /// - Parameter environment: what differs from settings of which nothing answers.
    init(_ environment: [String: String], _ arguments: String...) async throws {
        // A host without services, so that what happens to run here is not seen.
        let root = FileManager.default.temporaryDirectory.appending(path: "pr-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        let outcome = try await Program.run(
            [Program.control.path, "doctor", "--json", "--root", root] + arguments,
            ["PATH": "/usr/bin:/bin", "PULSE_RUNTIME_DIR": root, "PULSE_QDRANT_COLLECTION": "docs"].merging(environment)
            { $1 })
        (exitStatus, text) = (outcome.status, outcome.text)
        do {
            let answer = try JSONDecoder().decode(Answer.self, from: Data(text.utf8))
            findings = Dictionary(answer.findings.map { ($0.id, $0) }) { first, _ in first }
            first = answer.first?.id
        } catch {
            Issue.record("no answer of the doctor's: \(text)")
            throw error
        }
    }

    func isBroken(_ id: String, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation) {
        has(id, "broken", words, sourceLocation)
    }

    func isWarned(_ id: String, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation) {
        has(id, "warning", words, sourceLocation)
    }

    private func has(_ id: String, _ severity: String, _ words: [String], _ sourceLocation: SourceLocation) {
        guard let finding = findings[id] else {
            Issue.record("\(id) was not found: \(text)", sourceLocation: sourceLocation)
            return
        }
        #expect(finding.severity == severity, sourceLocation: sourceLocation)
        let said = "\(finding.cause) -> \(finding.remedy ?? "")"
        for word in words { #expect(said.contains(word), "\(said)", sourceLocation: sourceLocation) }
    }
}
