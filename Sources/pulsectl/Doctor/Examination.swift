import Glibc
import Indexing
import JobQueue
import Settings
import Synchronization

/// Looks at everything at once and notes what it sees; what has not come when time is up stays pending.
struct Examination: Sendable {
    /// With what it takes to start and to judge: ten seconds in all.
    static let time = Duration.milliseconds(9500)

    let source: SettingsSource
    let runtimeDir: String?
    let files: HostFiles

    func facts() async -> Facts {
        let book = FactsBook(source.facts)
        await Wait.race(Self.time) { await look(book) }
        return book.facts.withLock { $0 }
    }

    private func look(_ book: FactsBook) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await lookAtHost(book) }
            guard let settings = source.settings else { return }
            if let proxy = settings.httpProxy { group.addTask { await lookAtProxy(proxy.description, book) } }
            group.addTask { await RedisLook(settings).look(book) }
            group.addTask { await StoreLook(settings, files).look(book) }
            let indexing = IndexingSettings(settings)
            let inspection = EmbeddingInspection(indexing)
            book.note { facts in
                facts.tei = settings.teiURLs.map { Service(address: Address(url: $0.description)) }
            }
            for index in settings.teiURLs.indices {
                group.addTask { await EmbeddingLook(settings, inspection, index).look(book) }
            }
        }
    }

    private func lookAtHost(_ book: FactsBook) async {
        let environment = source.environment
        let host = await Wait.offPool { [files] in HostFacts(files, environment: environment) }
        // Whatever the supervisor has to say, of the unit this much is known.
        let quick = await Wait.offPool { [files] in UnitFacts(files, supervisor: nil) }
        book.note { facts in (facts.host, facts.unit) = (host, quick) }
        let supervisor = await SupervisorFacts.ask(runtimeDir ?? source.runtimeDirectory, files)
        book.note { $0.supervisor = supervisor }
        guard case .seen(let seen) = supervisor else { return }
        let unit = await Wait.offPool { [files] in UnitFacts(files, supervisor: seen.pid) }
        book.note { $0.unit = unit }
    }

    private func lookAtProxy(_ url: String, _ book: FactsBook) async {
        let address = Address(url: url)
        book.note { $0.proxy = address }
        do throws(RedisError.Cause) {
            try await EndpointInspection(host: address.host, port: address.port).connect(within: .seconds(3))
            book.note { $0.proxySight = .seen(0) }
        } catch {
            let trouble = Trouble(proxy: error)
            book.note { $0.proxySight = .trouble(trouble) }
        }
    }
}

/// What is seen, by whoever sees it.
final class FactsBook: Sendable {
    let facts: Mutex<Facts>

    init(_ settings: SettingsFacts) {
        var facts = Facts()
        facts.settings = settings
        self.facts = Mutex(facts)
    }

    func note(_ change: (inout Facts) -> Void) { facts.withLock { change(&$0) } }
}
