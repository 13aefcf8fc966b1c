internal import Glibc

/// The line on stderr with which a program ends that does not start.
public enum Complaint {
    /// Each line after the program's name, whole whatever else is written there.
    public static func write(_ text: String, by program: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            var bytes = Array("\(program): \(line)\n".utf8)
            _ = unsafe Glibc.write(STDERR_FILENO, &bytes, bytes.count)
        }
    }
}
