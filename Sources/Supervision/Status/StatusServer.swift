internal import CLinux
internal import Glibc
internal import HTTPServing

/// The listeners that the status is asked on: the Unix socket in the runtime directory, perhaps a TCP one, or what systemd
/// hands over (socket activation, sd_listen_fds(3)).
final class StatusServer {
    /// One listener with its clients.
    private struct Port {
        let server: HTTPServer
        let isLocal: Bool
    }

    private let path: String
    private var ports: [Port] = []
    /// Own the sockets, so that they are closed with us.
    private var unix: UnixListener?
    private var tcp: TCPListener?
    private let activation: SocketActivation

    /// - Parameters:
    ///   - path: of the Unix socket; not made when one was handed over.
    ///   - listen: host (nil = all) and port of a TCP listener.
    ///   - activation: the listeners that were handed over.
    ///   - router: for a listener that is local (a Unix socket) or not.
    /// - Throws: ``StartError``.
    init(
        path: String, listen: (host: String?, port: UInt16)?, activation: SocketActivation, guards: Guards,
        router: (_ isLocal: Bool) -> StatusRouter
    ) throws(StartError) {
        self.path = path
        self.activation = activation
        for listener in activation.listeners {
            try add(listener.descriptor, isLocal: listener.isLocal, guards, router(listener.isLocal))
        }
        if !ports.contains(where: \.isLocal) {
            do {
                let listener = try UnixListener(path: path, mode: 0o660)
                try add(listener.descriptor, isLocal: true, guards, router(true))
                unix = listener
            } catch let error as UnixListenerError {
                throw .configuration("\(error)")
            } catch let error as StartError {
                throw error
            } catch {
                throw .internalFault("\(error)")
            }
        }
        guard let listen else { return }
        do {
            let listener = try TCPListener(host: listen.host, port: listen.port)
            try add(listener.descriptor, isLocal: false, guards, router(false))
            tcp = listener
        } catch let error as TCPListenerError {
            throw .configuration("PULSE_LISTEN=\(listen.host ?? ""):\(listen.port): \(error)")
        } catch let error as StartError {
            throw error
        } catch {
            throw .internalFault("\(error)")
        }
    }

    private func add(_ listener: Int32, isLocal: Bool, _ guards: Guards, _ router: StatusRouter) throws(StartError) {
        var limits = HTTPLimits()
        limits.keepsReserve = guards.holds(.reserveDescriptor)
        guard let server = HTTPServer(listener: listener, limits: limits, respond: { router.respond(to: $0) }) else {
            throw .internalFault("libmicrohttpd could not be started: out of memory or descriptors")
        }
        ports.append(Port(server: server, isLocal: isLocal))
    }

    func addSources(to loop: inout EventLoop) {
        for (index, port) in ports.enumerated() {
            loop.add(port.server.listeningDescriptor, .statusListener(index))
            loop.add(port.server.eventsDescriptor, .statusEvents)
            for descriptor in port.server.sleepers {
                loop.add(descriptor, .sleeper(index, descriptor), for: 0)
            }
        }
    }

    func deadline(now: Nanoseconds) -> Nanoseconds? { ports.compactMap { $0.server.deadline(now: now) }.min() }

    func turn(_ ready: [EventLoop.Source], now: Nanoseconds) {
        for case .sleeper(let index, let descriptor) in ready { ports[index].server.hungUp(descriptor) }
        for (index, port) in ports.enumerated() {
            port.server.turn(now: now, listenerIsReady: ready.contains(.statusListener(index)))
        }
    }

    /// Somebody removed the socket's name, or the unit that had opened it was stopped: whoever asks next would find nobody.
    /// - Returns: whether there is a socket of that name again.
    func restore() -> Bool {
        guard let index = ports.firstIndex(where: \.isLocal), let listener = try? UnixListener(path: path, mode: 0o660)
        else {
            return false
        }
        ports[index].server.listen(on: listener.descriptor)
        unix = listener
        return true
    }
}
