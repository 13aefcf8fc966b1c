import CLinux
import Glibc

/// The environment and the env file of this process, read once, before any thread could change them.
public enum ProcessEnvironment {
    public static func read() -> [String: String] {
        var values: [String: String] = [:]
        guard var entry = unsafe pulse_environment() else { return values }
        while let text = unsafe entry.pointee {
            let line = unsafe String(cString: text)
            if let equals = line.firstIndex(of: "=") {
                values[String(line[..<equals])] = String(line[line.index(after: equals)...])
            }
            unsafe entry += 1
        }
        return values
    }

    /// The assignments in an env file of at most 1 MiB.
    ///
    /// - Throws: ``SettingsError`` naming the file and why it cannot be read, or its broken lines.
    public static func file(at path: String) throws(SettingsError) -> [String: String] {
        let descriptor = unsafe pulse_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else {
            throw SettingsError(["\(path): cannot be read: \(unsafe String(cString: strerror(errno)))"])
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw SettingsError(["\(path): cannot be read: \(unsafe String(cString: strerror(errno)))"])
            }
            if count == 0 { break }
            bytes += buffer[..<count]
            guard bytes.count <= 1 << 20 else {
                throw SettingsError(["\(path): larger than 1 MiB; is it an env file?"])
            }
        }
        return try EnvFile.parse(String(decoding: bytes, as: UTF8.self), named: path)
    }
}
