import Glibc
import Supervision

/// A small file that the operator named.
enum TextFile {
    private static let largest = 1 << 20

    /// - Throws: ``StartError/configuration`` with the cause.
    static func read(_ path: String, named what: String) throws(StartError) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .configuration("\(what) \(path): \(unsafe String(cString: strerror(errno))); check the path")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = unsafe Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw .configuration("\(what) \(path): \(unsafe String(cString: strerror(errno)))")
            }
            if count == 0 { break }
            bytes += piece[..<count]
            guard bytes.count <= largest else { throw .configuration("\(what) \(path): larger than 1 MiB") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .configuration("\(what) \(path): is not UTF-8 text")
        }
        return text
    }
}
