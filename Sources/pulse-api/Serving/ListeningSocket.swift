import Glibc
import HTTPServing
import Settings

/// Where requests come in: the supervisor's socket, which outlives us, or one of our own.
struct ListeningSocket {
    let descriptor: Int32
    /// Where we reach ourselves.
    let address: OwnAddress
    /// Keeps a socket of our own open.
    private let own: TCPListener?

    init(_ settings: Settings, environment: [String: String]) throws(StartFailure) {
        if let text = environment["PULSE_LISTENER_FD"] {
            guard let descriptor = Int32(text), descriptor > 2, let address = OwnAddress(of: descriptor) else {
                throw .settings("PULSE_LISTENER_FD: '\(text)' is no listening TCP socket; the supervisor passes one")
            }
            self.descriptor = descriptor
            self.address = address
            own = nil
            // The supervisor's end blocks or not as it likes; ours must not.
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        } else {
            guard let place = settings.api else {
                throw .settings("PULSE_API is not set: it takes address:port, such as 127.0.0.1:52100")
            }
            do throws(TCPListenerError) {
                let listener = try TCPListener(host: place.host, port: place.port, backlog: Self.backlog)
                descriptor = listener.descriptor
                own = listener
            } catch {
                throw .settings("PULSE_API: cannot listen at \(place): \(error)")
            }
            guard let address = OwnAddress(of: descriptor) else {
                throw .machine("PULSE_API: the kernel does not tell the socket's own address")
            }
            self.address = address
        }
        guard settings.apiSecret != nil || address.isLoopback else {
            throw .settings(
                "PULSE_API_SECRET is not set, and other machines can reach the API: set one of at least 32 characters, "
                    + "or listen on 127.0.0.1")
        }
    }

    private static let backlog: Int32 = 1024
}
