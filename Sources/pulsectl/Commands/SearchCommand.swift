import ArgumentParser
import Indexing
import Reporting
import Settings

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Print the chunks that match a text best: score, title, URL and the text.",
        discussion: """
            Hybrid: by meaning (vectors) and by words (BM25), the ranks fused by 1/(PULSE_RRF_K + rank). Where the server or \
            the collection cannot rank by words, it is by meaning alone, and a line on stderr says why; with --json the \
            answer's "mode" and "note".
            """)

    @Argument(help: "What to look for.")
    var text: String
    @Option(help: "hybrid, semantic or keyword (default: hybrid).", transform: Self.mode)
    var mode = SearchMode.hybrid
    @Option(help: "Only pages of this host (with the port, if their URLs have one).")
    var domain: String?
    @Option(help: "Only chunks of this language, as the documents give it.")
    var language: String?
    @Option(help: "Only chunks of this country, as the documents give it.")
    var country: String?
    @Option(help: "How many hits, 1 to 100.")
    var limit = 5
    @Option(help: "Leave out so many of the best, 0 to 1000.")
    var offset = 0
    @Flag(help: "One hit per page, its best.")
    var perPage = false
    @Flag(help: "Print the answer as one line of JSON.")
    var json = false
    @Option(help: "Read settings from this file of KEY=VALUE lines; the environment wins.")
    var envFile: String?

    private static func mode(_ text: String) throws -> SearchMode {
        guard let mode = SearchMode(rawValue: text) else {
            throw ValidationError("--mode takes hybrid, semantic or keyword, not '\(text)'")
        }
        return mode
    }

    private var request: SearchRequest {
        SearchRequest(
            text, mode: mode, filter: SearchFilter(domain: domain, language: language, country: country), limit: limit,
            offset: offset, onePerPage: perPage)
    }

    func validate() throws {
        if let problem = request.problem { throw ValidationError(problem) }
    }

    func run() async throws {
        try await ExitStatus.with {
            let settings = try Settings.ofProcess(envFile: envFile)
            let answer = try await Indexer(IndexingSettings(settings)).search(request)
            if json { return Terminal.write(String(decoding: JSONLine.line(answer), as: UTF8.self)) }
            if let note = answer.note { ExitStatus.complain(NotifyMessage.printable(note)) }
            if answer.hits.isEmpty { throw ControlError.refused(nothing(settings)) }
            print(answer.hits.map(HitText.text).joined(separator: "\n\n"))
        }
    }

    private func nothing(_ settings: Settings) -> String {
        let isNarrowed = request.filter != SearchFilter() || offset > 0 || mode == .keyword
        return isNarrowed
            ? "nothing found in \(settings.qdrantCollection) for this mode, filter and offset"
            : "nothing found: \(settings.qdrantCollection) holds no points yet"
    }
}
