import CLinux

/// The environment and the env file of this process, read once, before any thread could change them.
public enum ProcessEnvironment {
    /// The environment by name; of two entries with one name the last.
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

    /// The assignments in an env file.
    ///
    /// - Throws: ``SettingsError`` naming the file and why it cannot be read, or its broken lines.
    public static func file(at path: String) throws(SettingsError) -> [String: String] {
        try EnvFile.parse(try TextFile.read(path), named: path)
    }
}
