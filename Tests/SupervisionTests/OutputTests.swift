import Testing

@testable import Supervision

@Suite struct `Lines out of pieces` {
    private func lines(_ pieces: [String]) -> (whole: [String], rest: String?) {
        var assembler = LineAssembler()
        var lines: [String] = []
        for piece in pieces { lines += assembler.take(Array(piece.utf8)[...]) }
        return (lines, assembler.flush())
    }

    @Test func `lines end where they end, wherever the pieces do`() {
        let text = "one\ntwo\r\n\nthree\nfour"
        for cut in 1..<text.utf8.count {
            let bytes = Array(text.utf8)
            let pieces = stride(from: 0, to: bytes.count, by: cut).map {
                String(decoding: bytes[$0..<min($0 + cut, bytes.count)], as: UTF8.self)
            }
            let (whole, rest) = lines(pieces)
            #expect(whole == ["one", "two", "", "three"])
            #expect(rest == "four")
        }
    }

    @Test func `a line without an end is cut, and nothing of it is lost`() {
        let long = String(repeating: "x", count: 3 * LineAssembler.longest + 7)
        let (whole, rest) = lines([long])
        #expect(whole.map(\.utf8.count) == [8192, 8192, 8192])
        #expect(rest?.utf8.count == 7)
    }

    @Test func `invalid bytes are mended`() {
        var assembler = LineAssembler()
        #expect(assembler.take([0x61, 0xFF, 0x62, 0x0A]) == ["a\u{FFFD}b"])
    }

    @Test func `the ring keeps the newest within its size`() {
        var ring = LineRing(limit: 1000)
        for number in 0..<10_000 {
            ring.add(LineRing.Entry(life: number / 100, at: Double(number), priority: 6, text: "line \(number)"))
        }
        #expect(ring.lines.count < 20)
        #expect(ring.lines.last?.text == "line 9999")
        #expect(ring.lines.map(\.at) == ring.lines.map(\.at).sorted())
        #expect(ring.lastWords(of: 99) == (9995...9999).map { "line \($0)" })
        #expect(ring.lastWords(of: 98) == [])
    }

    @Test func `one line that is too large for the ring is kept alone`() {
        var ring = LineRing(limit: 100)
        ring.add(LineRing.Entry(life: 1, at: 0, priority: 6, text: String(repeating: "x", count: 500)))
        #expect(ring.lines.count == 1)
        #expect(ring.lastWords(of: 1).first?.count == 240)
    }
}

@Suite struct `Metrics in Prometheus' form` {
    @Test func `labels are escaped, numbers are plain`() {
        var metrics = MetricsText()
        metrics.family("a_total", .counter, "Help.", [([("name", "x\"y\\z\n")], 3), ([], 0.5)])
        #expect(
            metrics.text
                == "# HELP a_total Help.\n# TYPE a_total counter\na_total{name=\"x\\\"y\\\\z\\n\"} 3\na_total 0.5\n")
    }

    @Test func `a histogram's buckets are cumulative`() {
        var histogram = Histogram()
        for seconds in [0.0005, 0.002, 0.002, 100] { histogram.observe(seconds) }
        var metrics = MetricsText()
        metrics.histogram("h_seconds", "Help.", histogram)
        let lines = metrics.text.split(separator: "\n")
        #expect(lines.contains("h_seconds_bucket{le=\"0.001\"} 1"))
        #expect(lines.contains("h_seconds_bucket{le=\"0.0025\"} 3"))
        #expect(lines.contains("h_seconds_bucket{le=\"60\"} 3"))
        #expect(lines.contains("h_seconds_bucket{le=\"+Inf\"} 4"))
        #expect(lines.contains("h_seconds_count 4"))
    }
}
