import ArgumentParser
import Glibc
import Indexing
import Reporting
import Settings

struct DeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete documents from the collection: all points of a URL, the product's before Pulse as well.",
        discussion: """
            Whichever spelling of the URL is given, the document that it names goes. A job of that document that is queued or \
            runs writes it again. Interrupted, it can be repeated; pulsectl verify shows what was left.
            """)

    @Argument(help: ArgumentHelp("Documents' URLs.", valueName: "url"))
    var urls: [String]
    @Flag(help: "Do not ask, also on a terminal.")
    var yes = false
    @Option(help: "Read settings from this file of KEY=VALUE lines; the environment wins.")
    var envFile: String?

    func validate() throws {
        if urls.contains(where: { $0.allSatisfy(\.isWhitespace) }) { throw ValidationError("a URL is empty") }
    }

    func run() async throws {
        try await ExitStatus.with {
            let settings = try Settings.ofProcess(envFile: envFile)
            if !yes, isatty(STDIN_FILENO) == 1 { try confirm(settings.qdrantCollection) }
            let indexer = Indexer(IndexingSettings(settings))
            for url in urls {
                let count = try await indexer.delete(url)
                let what =
                    count == 0 ? "no points, nothing deleted" : "deleted \(count) \(count == 1 ? "point" : "points")"
                print("\(NotifyMessage.printable(url)): \(what)")
            }
        }
    }

    private func confirm(_ collection: String) throws(ControlError) {
        let what = urls.count == 1 ? "this document" : "these \(urls.count) documents"
        Terminal.write("This deletes \(what) from \(collection). Type yes to go on: ")
        guard readLine() == "yes" else { throw .refused("nothing is deleted") }
    }
}
