import ArgumentParser
import Indexing
import Reporting
import Settings

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Check that the collection holds what finished jobs leave: no gaps, no orphans, nothing uncommitted or old.",
        discussion: """
            Without a URL all points are read, a page at a time. A document that is being written at this moment shows as \
            uncommitted.

            Exit status: 0 clean, 1 something was found, 3 Qdrant does not answer.
            """)

    private static let mostShown = 50

    @Argument(help: "Only this document.")
    var url: String?
    @Flag(help: "Print everything as one line of JSON.")
    var json = false
    @Option(help: "Read settings from this file of KEY=VALUE lines; the environment wins.")
    var envFile: String?

    func run() async throws {
        try await ExitStatus.with {
            let settings = try Settings.ofProcess(envFile: envFile)
            let report = try await Indexer(IndexingSettings(settings)).audit(url)
            if json {
                Terminal.write(String(decoding: JSONLine.line(report), as: UTF8.self))
            } else {
                show(report)
            }
            if !report.isClean { throw ExitCode(1) }
        }
    }

    private func show(_ report: AuditReport) {
        if !report.findings.isEmpty {
            let table = FindingTable(
                coloured: Terminal.isColoured, width: Terminal.isOutput ? Terminal.size().width : .max)
            let rows = report.findings.map {
                FindingTable.Row(
                    kind: $0.kind.rawValue, points: "\($0.points)", url: NotifyMessage.printable($0.url),
                    detail: NotifyMessage.printable($0.detail))
            }
            print(table.render(rows, most: Self.mostShown).joined(separator: "\n"))
        }
        print("\(counted(report.points, "point")), \(counted(report.documents, "document")): \(verdict(report))")
        if let remedy = report.remedy { print("-> \(remedy)") }
    }

    private func verdict(_ report: AuditReport) -> String {
        if report.points == 0, url != nil { return "nothing there" }
        if report.isClean { return "clean" }
        var parts = AuditFinding.Kind.allCases.compactMap { kind in
            let count = report.count(kind)
            return count > 0 ? "\(count) \(kind.rawValue)" : nil
        }
        if report.pointsWithoutKeywords > 0 {
            parts.append("\(counted(report.pointsWithoutKeywords, "point")) without keywords")
        }
        return parts.joined(separator: ", ")
    }

    private func counted(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }
}
