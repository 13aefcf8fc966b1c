/// Times what a worker does with a job's data before it indexes anything: inflating, and reading the pickle.
///
/// Standard input: one job's data a line, in hexadecimal digits. Standard output: for each round one line with the
/// nanoseconds of both over all jobs, and the pickles' bytes.
@main struct DecodeClock {
    static func main() throws {
        var jobs: [[UInt8]] = []
        while let line = readLine() { jobs.append(bytes(line)) }
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1
        let clock = ContinuousClock()
        for _ in 0..<rounds {
            var pickles: [[UInt8]] = []
            let inflating = try clock.measure {
                for job in jobs { pickles.append(try Zlib.inflate(job)) }
            }
            var documents = 0
            let reading = try clock.measure {
                for pickle in pickles {
                    let payload = try JobCodec.payload(of: try JobCodec.call(fromPickle: pickle))
                    if case .documents(let some, _) = payload { documents += some.count }
                }
            }
            guard documents == jobs.count else { throw Lost(documents: documents, jobs: jobs.count) }
            print(nanoseconds(inflating), nanoseconds(reading), pickles.reduce(0) { $0 + $1.count })
        }
    }

    private struct Lost: Error {
        let documents: Int
        let jobs: Int
    }

    private static func bytes(_ line: String) -> [UInt8] {
        let digits = line.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000
    }
}
