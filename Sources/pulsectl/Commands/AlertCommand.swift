import ArgumentParser
import FoundationEssentials
import Glibc
import JobQueue
import Reporting
import Settings

struct AlertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alert",
        abstract:
            "Post the status document on stdin to PULSE_ALERT_WEBHOOK; the supervisor runs it on a change of health.",
        discussion: """
            The address comes from the environment alone, for it is a key to somebody's chat: it is in no command line, no log \
            and no answer, which name its host at most. To try it:

              pulsectl status --json | PULSE_ALERT_WEBHOOK=https://... pulsectl alert

            What is posted:

              {"text": "Pulse on web1: degraded: qdrant connection refused (http://10.0.0.2:6333); 2/2 workers waiting, 812 \
            jobs queued (was healthy); qdrant: nothing listens there: start it or fix PULSE_QDRANT_URL",
               "content": the same, "health": "degraded", "previous": "healthy" (from PULSE_PREVIOUS_HEALTH), "host": "web1", \
            "status": the document, without what processes print and what jobs are about}

            Slack, Mattermost and others show text, Discord shows content. A receiver that wants another form, or refuses \
            fields that it does not know, is served by a command of your own: PULSE_ON_HEALTH_CHANGE.

            Any 2xx is success. Without an answer, and after 408, 429 and 5xx, it is tried again for 25 s in all, not before \
            Retry-After; any other answer is final. Redirects are not followed, certificates are checked, no proxy is used. Exit \
            status: 0 told, 1 refused, 3 nobody could be reached.
            """)

    /// Of the document: a fleet of 256 workers has less than half of it.
    private static let limit = 4 << 20
    private static let patience: Int32 = 10_000

    func run() async throws {
        try await ExitStatus.with {
            let environment = ProcessEnvironment.read()
            guard let text = environment["PULSE_ALERT_WEBHOOK"], !text.isEmpty else {
                throw ControlError.refused("PULSE_ALERT_WEBHOOK is not set: it takes an http:// or https:// URL")
            }
            guard let url = ServiceURL(text, schemes: ["http", "https"]) else {
                throw ControlError.refused("PULSE_ALERT_WEBHOOK: its value is no http:// or https:// URL with a host")
            }
            let status = try Self.document()
            let message = AlertMessage(
                status, previous: environment["PULSE_PREVIOUS_HEALTH"].flatMap(Health.init(rawValue:)),
                host: ThisProcess.hostName)
            print(try await AlertPost(to: url, try JSONLine.text(message)).send())
        }
    }

    private static func document() throws(ControlError) -> StatusDocument {
        do {
            return try JSONDecoder().decode(StatusDocument.self, from: Data(try input()))
        } catch let error as ControlError {
            throw error
        } catch {
            throw .unreadable(path: "stdin", cause: "no status document; pulsectl status --json prints one")
        }
    }

    private static func input() throws(ControlError) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&ready, 1, patience) > 0 else {
                throw .unreadable(path: "stdin", cause: "nothing has come for \(patience / 1000) s")
            }
            let count = unsafe read(STDIN_FILENO, &piece, piece.count)
            if count == 0 { return bytes }
            guard count > 0 else { throw .unreadable(path: "stdin", cause: unsafe String(cString: strerror(errno))) }
            bytes += piece[..<count]
            guard bytes.count <= limit else { throw .unreadable(path: "stdin", cause: "larger than \(limit) bytes") }
        }
    }
}
