/// Texts of strangers are looked at by their bytes before anything else: Swift compares and hashes texts by their meaning, for
/// which a long run of marks takes it seconds to hours. ASCII has no marks.
extension String {
    var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }
}
