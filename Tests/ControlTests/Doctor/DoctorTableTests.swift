import Testing

@testable import pulsectl

@Suite struct `The doctor's table` {
    private var diagnosis: Diagnosis {
        Diagnosis([
            .fine(.reach(.redis, .fine), "Redis 7.0.15", at: "redis://redis:6379"),
            .broken(
                .reach(.tei, .badGateway), "HTTP 502: a proxy answered for a dead backend (https://tei.example)",
                "the proxy answers, TEI behind it does not: start TEI on its host", at: "https://tei.example"),
            .warning(.state(.unitDisabled), "pulse.service is not enabled", "systemctl enable pulse"),
        ])
    }

    @Test func `causes stand in line, remedies below, and where to begin last`() {
        let expected = """
            STATE    CHECK             WHAT
            ok       redis.ok          Redis 7.0.15 (redis://redis:6379)
            broken   tei.bad-gateway   HTTP 502: a proxy answered for a dead backend (https://tei.example)
                                       -> the proxy answers, TEI behind it does not: start TEI on its host
            warning  unit.not-enabled  pulse.service is not enabled
                                       -> systemctl enable pulse

            1 broken, 1 warning, 1 ok
            First: tei.bad-gateway: HTTP 502: a proxy answered for a dead backend (https://tei.example) -> the proxy answers, TEI behind it does not: start TEI on its host
            """
        #expect(DoctorTable(coloured: false, width: .max).render(diagnosis).joined(separator: "\n") == expected)
    }

    @Test(arguments: [20, 40, 60, 80, 120]) func `nothing is cut, and no line is wider than the terminal`(width: Int) {
        let lines = DoctorTable(coloured: false, width: width).render(diagnosis)
        let text = lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
        #expect(width < 40 || text.contains("TEI behind it does not: start TEI on its host"), "\(text)")
        #expect(!text.contains("…") || width < 40)
        for line in lines.dropFirst() { #expect(Columns.of(line) <= max(width, 40), "\(line)") }
    }

    @Test func `colours are for terminals, and nothing to do is said too`() {
        #expect(DoctorTable(coloured: true, width: 100).render(diagnosis).joined().contains("\u{1B}[31m"))
        #expect(!DoctorTable(coloured: false, width: 100).render(diagnosis).joined().contains("\u{1B}"))
        let well = DoctorTable(coloured: false, width: 80).render(Diagnosis(Facts.well))
        #expect(well.last == "Nothing needs to be done.")
    }
}
