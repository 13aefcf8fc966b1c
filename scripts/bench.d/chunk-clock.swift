/// Times what a worker does to cut documents, in one thread, tokens estimated.
///
/// Standard input: documents, each led by the number of its bytes and a line feed. Argument: rounds. Standard output: for
/// each round one line with the nanoseconds of CPU time for normalising, parsing, counting, packing and making the chunks'
/// texts, and the number of chunks; then one with the resident set in KiB before the first round and the largest one since.
import Glibc

@main struct ChunkClock {
    static func main() throws {
        let documents = documents()
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1
        let before = restartPeak()
        for _ in 0..<rounds {
            var stages = [0, 0, 0, 0, 0]
            var count = 0
            var bytes = 0
            for document in documents {
                var last = now()
                func end(_ stage: Int) {
                    let this = now()
                    stages[stage] += this - last
                    last = this
                }
                let text = SourceText(normalising: document)
                end(0)
                let blocks = MarkdownBlocks.parse(text)
                end(1)
                let tokens = TokenMap.estimated(EstimatedTokens(text: text, calibration: .typical))
                end(2)
                let settings = ChunkSettings(budget: 256, overlap: 50)
                let chunks = Chunker.chunk(text, blocks: blocks, tokens: tokens, settings: settings)
                end(3)
                for chunk in chunks { bytes += chunk.text.utf8.count }
                end(4)
                count += chunks.count
            }
            guard count > 0, bytes > 0 else { throw Lost() }
            print(stages.map(String.init).joined(separator: " "), count)
        }
        print(before, peak())
    }

    private struct Lost: Error {}

    private static func documents() -> [String] {
        var input: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(STDIN_FILENO, &part, part.count), count > 0 { input += part[..<count] }
        var documents: [String] = []
        var rest = input[...]
        while let end = rest.firstIndex(of: 0x0A), let size = Int(String(decoding: rest[..<end], as: UTF8.self)) {
            documents.append(String(decoding: rest[(end + 1)...].prefix(size), as: UTF8.self))
            rest = rest[(end + 1)...].dropFirst(size)
        }
        return documents
    }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    /// The resident set in KiB. What reading the input took is forgotten (proc(5), clear_refs).
    private static func restartPeak() -> Int {
        let file = open("/proc/self/clear_refs", O_WRONLY)
        write(file, "5", 1)
        close(file)
        return peak()
    }

    /// The largest resident set in KiB since it was last forgotten. Not getrusage's, which begins with the parent's.
    private static func peak() -> Int {
        var status = [UInt8](repeating: 0, count: 1 << 14)
        let file = open("/proc/self/status", O_RDONLY)
        let count = read(file, &status, status.count)
        close(file)
        let lines = String(decoding: status[..<max(0, count)], as: UTF8.self).split(separator: "\n")
        let digits = lines.first { $0.hasPrefix("VmHWM:") }?.filter { $0 >= "0" && $0 <= "9" }
        return digits.flatMap { Int($0) } ?? 0
    }
}
