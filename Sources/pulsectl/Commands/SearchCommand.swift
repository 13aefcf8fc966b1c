import ArgumentParser
import Indexing
import Reporting
import Settings

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Print the chunks nearest in meaning to a text: score, title, URL and the text.")

    @Argument(help: "What to look for.")
    var text: String

    @Option(help: "How many hits, 1 to 100.")
    var limit = 5

    @Option(help: "Read settings from this file of KEY=VALUE lines; the environment wins.")
    var envFile: String?

    func validate() throws {
        if !(1...100).contains(limit) { throw ValidationError("--limit takes a number from 1 to 100, not \(limit)") }
        if text.allSatisfy(\.isWhitespace) { throw ValidationError("the text to look for is empty") }
    }

    func run() async throws {
        try await ExitStatus.with {
            let settings = try Settings.ofProcess(envFile: envFile)
            let hits = try await Indexer(IndexingSettings(settings)).search(text, limit: limit)
            if hits.isEmpty {
                throw ControlError.refused("nothing found: \(settings.qdrantCollection) holds no points yet")
            }
            for (index, hit) in hits.enumerated() {
                if index > 0 { print() }
                print("\(Self.rounded(hit.score))  \(hit.title.map(NotifyMessage.printable) ?? "(no title)")")
                print("       \(NotifyMessage.printable(hit.url))")
                print(Self.excerpt(hit.text))
            }
        }
    }

    /// Three decimals, without the formatter that would bring in all of Foundation.
    private static func rounded(_ score: Double) -> String {
        guard score.isFinite, abs(score) < 1000 else { return "\(score)" }
        let thousandths = Int((abs(score) * 1000).rounded())
        let digits = String(thousandths % 1000)
        let sign = score < 0 && thousandths > 0 ? "-" : ""
        return sign + "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }

    /// The first lines of a chunk, indented, without what a terminal would obey.
    private static func excerpt(_ text: String) -> String {
        text.split(separator: "\n").prefix(6).map { line in
            "       " + String(NotifyMessage.printable(String(line)).unicodeScalars.prefix(110))
        }.joined(separator: "\n")
    }
}
