/// A return value as RQ's serializers leave it in the result stream.
enum ReturnedValue {
    /// A value of this many bytes is not read for a line of text.
    static let readLimit = 1 << 20
    private static let shown = 500

    /// The value as Python would print it, cut; or why it cannot be read.
    static func text(_ bytes: [UInt8]) -> String {
        guard bytes.count <= readLimit else { return "(a value of \(bytes.count) bytes)" }
        // The pickle serializer begins with its protocol; the JSON serializer writes text.
        guard bytes.first == 0x80 else {
            return String(validating: bytes, as: UTF8.self).map(cut) ?? "(a value of an unknown serializer)"
        }
        do throws(PickleError) {
            return cut(CallDescription.repr(try PickleDecoder().decode(bytes)))
        } catch {
            return "(a value that only Python can read: \(error))"
        }
    }

    /// The value of RQ's default serializer; nil when it is too large, or what only Python can read.
    static func value(_ bytes: [UInt8]) -> PickleValue? {
        guard bytes.count <= readLimit, bytes.first == 0x80 else { return nil }
        return try? PickleDecoder().decode(bytes)
    }

    private static func cut(_ text: String) -> String {
        text.unicodeScalars.count <= shown
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(shown))) + "..."
    }
}
