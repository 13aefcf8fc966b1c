/// What a test must know of a build with a sanitizer: it takes several times as long, and memory for itself.
enum Sanitizer {
    #if SANITIZED
        static let isOn = true
    #else
        static let isOn = false
    #endif
}
