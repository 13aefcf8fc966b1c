/// Whatever an operator may write as a Redis URL: it is refused, or what is printed of it names the same place.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = unsafe String(decoding: input(start, count), as: UTF8.self)
    let url: RedisURL
    do {
        url = try RedisURL(parsing: text)
    } catch {
        require(!"\(error)".isEmpty, "an error without words")
        return 0
    }
    let printed = "\(url)"
    require(
        printed.unicodeScalars.allSatisfy { $0.value > 0x20 && !(0x7f...0x9f).contains($0.value) },
        "a log line would break at \(printed.debugDescription)")
    let again = accepted("what is printed, \(printed), is refused") { try RedisURL(parsing: printed) }
    require(again.user == nil && again.password == nil, "\(printed) holds credentials")
    var place = url.place
    if case .sentinel(var group) = place {
        (group.user, group.password) = (nil, nil)
        place = .sentinel(group)
    }
    require(again.place == place && again.database == url.database, "\(printed) is another place than \(url.place)")
    return 0
}
