import Glibc

/// A small file that the operator named.
public enum TextFile {
    /// In bytes; whatever is larger was not meant.
    private static let largest = 1 << 20

    /// - Throws: ``SettingsError`` with the path and the cause.
    public static func read(_ path: String) throws(SettingsError) -> String {
        // A FIFO would keep whoever opens it waiting, a running supervisor's loop included.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var file = stat()
        guard unsafe fstat(descriptor, &file) == 0, file.st_mode & S_IFMT != S_IFIFO else {
            throw SettingsError(["\(path): is a pipe; use a file"])
        }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = unsafe Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            if count == 0 { break }
            bytes += piece[..<count]
            guard bytes.count <= largest else {
                throw SettingsError(["\(path): larger than 1 MiB; is it the right file?"])
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SettingsError(["\(path): not UTF-8 text; is it the right file?"])
        }
        return text
    }

    private static func failure(_ path: String) -> SettingsError {
        SettingsError([
            "\(path): cannot be read: \(unsafe String(cString: strerror(errno))); check the path and its mode"
        ])
    }
}
