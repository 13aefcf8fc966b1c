internal import CLinux
internal import Glibc

/// Our own environment, to be read once and before any thread: `getenv` and `setenv` know no locks.
public enum ProcessEnvironment {
    public static func read() -> [String: String] {
        var variables: [String: String] = [:]
        guard var entry = unsafe pulse_environment() else { return variables }
        while let text = unsafe entry.pointee {
            let variable = unsafe String(cString: text)
            if let equals = variable.firstIndex(of: "=") {
                variables[String(variable[..<equals])] = String(variable[variable.index(after: equals)...])
            }
            unsafe entry += 1
        }
        return variables
    }

    /// Where this program's own file lies; nil when /proc does not say.
    public static func executablePath() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let length = unsafe buffer.withUnsafeMutableBytes { bytes -> Int in
            guard let start = bytes.baseAddress else { return -1 }
            return unsafe readlink("/proc/self/exe", start.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        return length > 0 ? String(decoding: buffer[..<length], as: UTF8.self) : nil
    }
}
