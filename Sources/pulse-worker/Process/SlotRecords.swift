import Glibc
import Reporting
import Settings

/// What our supervisor has written down about its slots: how a sibling died, whoever takes over its jobs.
struct SlotRecords: Sendable {
    /// The supervisor's runtime directory.
    let folder: String

    /// nil while the supervisor takes it for alive, and when it does not know it, or not yet.
    func death(of name: String) -> String? {
        for file in locks {
            guard let text = try? TextFile.read("\(folder)/\(file)"), let record = SlotRecord(text), record.name == name
            else { continue }
            return record.death.isEmpty ? nil : record.death
        }
        return nil
    }

    private var locks: [String] {
        guard let directory = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".lock") { names.append(name) }
        }
        return names
    }
}
