// A byte that is read after it was freed.
@main enum Planted {
    static func main() {
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 8)
        bytes.initialize(repeating: 1, count: 8)
        bytes.deallocate()
        print(forgotten(bytes))
    }

    @inline(never) private static func forgotten(_ bytes: UnsafeMutablePointer<UInt8>) -> UInt8 { bytes[3] }
}
