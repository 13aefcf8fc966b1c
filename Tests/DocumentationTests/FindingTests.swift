import Testing

@testable import pulsectl

@Suite struct `Findings in the documentation` {
    @Test func `of the doctor all stand in troubleshooting, each once`() throws {
        let documented = try GeneratedSection(document: "docs/troubleshooting.md", name: "findings").namesOfRows()
        let names = Set(FindingID.allCases.map(\.text))
        for name in names.subtracting(documented).sorted() {
            Issue.record("docs/troubleshooting.md does not tell of \(name)")
        }
        for name in Set(documented).subtracting(names).sorted() { Issue.record("there is no finding \(name)") }
        #expect(documented.count == Set(documented).count, "a finding stands there twice")
    }
}
