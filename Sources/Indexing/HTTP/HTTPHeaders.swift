/// An answer's header lines as they came; read only where one is asked for, which is seldom.
package struct HTTPHeaders: Sendable, ExpressibleByArrayLiteral {
    private(set) var bytes: [UInt8] = []

    package init(arrayLiteral fields: (name: String, value: String)...) {
        for field in fields { bytes.append(contentsOf: "\(field.name): \(field.value)\r\n".utf8) }
    }

    mutating func append(line: UnsafeRawBufferPointer) { unsafe bytes.append(contentsOf: line) }

    /// - Parameter name: in lower case.
    /// - Returns: the value of the last line of that name, without the blanks around it.
    func value(of name: String) -> String? {
        var value: String?
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            if let found = Self.value(bytes[start..<end], of: name) { value = found }
            start = end + 1
        }
        return value
    }

    private static func value(_ line: ArraySlice<UInt8>, of name: String) -> String? {
        let length = name.utf8.count
        let colon = line.startIndex + length
        guard line.endIndex > colon, line[colon] == 0x3A else { return nil }
        let isNamed = zip(line, name.utf8).allSatisfy { (0x41...0x5A).contains($0) ? $0 | 0x20 == $1 : $0 == $1 }
        guard isNamed else { return nil }
        let value = line[(colon + 1)...].drop { $0 <= 0x20 }
        let end = value.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? value.startIndex
        return String(decoding: value[..<end], as: UTF8.self)
    }
}
