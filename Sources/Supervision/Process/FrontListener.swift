internal import CLinux
internal import Glibc
internal import HTTPServing

/// The socket that producers connect to. It is ours, so that a front that dies or is replaced refuses nobody: who connects
/// meanwhile waits in it.
final class FrontListener {
    /// Out of the children's way.
    let descriptor: Int32
    /// As it is bound: "0.0.0.0:52100".
    let address: String

    /// Connections that may wait while nobody accepts; net.core.somaxconn holds as well.
    private static let backlog: Int32 = 4096

    /// - Parameters:
    ///   - activation: what systemd handed over; a socket of the name `api` is taken.
    ///   - place: where to listen otherwise, once `former` have left it.
    /// - Throws: ``StartError`` that names the setting, its value, the cause and a remedy.
    init(
        _ place: (host: String?, port: UInt16), activation: SocketActivation, former: FormerFronts
    ) throws(StartError) {
        var opened = activation.front?.descriptor
        if opened == nil {
            do {
                let listener = try former.outlast { () throws(TCPListenerError) in
                    try TCPListener(host: place.host, port: place.port, backlog: Self.backlog)
                }
                opened = pulse_duplicate_above(listener.descriptor, FileDescriptor.firstOwn)
            } catch {
                throw .configuration("PULSE_API=\(Self.text(place.host ?? "", place.port)): \(error)")
            }
        } else if let handed = opened {
            opened = pulse_duplicate_above(handed, FileDescriptor.firstOwn)
        }
        guard let opened, opened >= 0 else {
            throw .internalFault("PULSE_API: no descriptor for its socket: \(Errno())")
        }
        descriptor = opened
        address = Self.bound(opened) ?? "an unknown address"
    }

    deinit { close(descriptor) }

    /// nil for what is no TCP socket.
    static func bound(_ descriptor: Int32) -> String? {
        var name = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        var port: UInt16 = 0
        guard unsafe pulse_bound_address(descriptor, &name, socklen_t(name.count), &port) != 0 else { return nil }
        return text(String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self), port)
    }

    private static func text(_ host: String, _ port: UInt16) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
