extension Unicode.Scalar {
    /// A terminal's controls beyond those of ASCII, line breaks of Unicode's own, and what turns a text's direction.
    var isForeignControl: Bool {
        switch value {
        case 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
