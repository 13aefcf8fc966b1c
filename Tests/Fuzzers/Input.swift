/// The bytes libFuzzer lends for one run.
func input(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    unsafe Array(UnsafeBufferPointer(start: start, count: count))
}

/// Stops the run, which is how libFuzzer learns that an input is a find.
func require(_ holds: Bool, _ what: @autoclosure () -> String) {
    guard holds else { fatalError(what()) }
}

/// For what must not be refused: the error is the find.
func accepted<Value>(_ what: String, _ value: () throws -> Value) -> Value {
    do {
        return try value()
    } catch {
        fatalError("\(what): \(error)")
    }
}

func isOneLine(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) }
}
