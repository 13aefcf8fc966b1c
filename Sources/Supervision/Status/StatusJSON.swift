internal import Reporting

/// The answer to `GET /status`. A worker's report goes into it as the worker wrote it: that is JSON which has been read and
/// found good, and to write it anew would take most of the time of a large fleet's answer.
enum StatusJSON {
    /// - Parameter reports: of the document's slots, in their order; nil where there is none.
    /// - Throws: what the encoder throws.
    static func encode(_ document: StatusDocument, reports: [String?]) throws -> [UInt8] {
        var slots: [UInt8] = []
        for (slot, report) in zip(document.slots, reports) {
            var bare = slot
            bare.report = nil
            slots += slots.isEmpty ? [] : [UInt8(ascii: ",")]
            slots += try JSONLine.text(bare)
            guard let report else { continue }
            slots.removeLast()
            slots += Array(",\"report\":\(report)}".utf8)
        }
        var frame = document
        frame.slots = []
        var bytes = try JSONLine.text(frame)
        // Quotes within strings are escaped, so this is the key and nothing else.
        if let place = bytes.firstRange(of: Array("\"slots\":[]".utf8)) {
            bytes.insert(contentsOf: slots, at: place.upperBound - 1)
        }
        return bytes
    }
}
