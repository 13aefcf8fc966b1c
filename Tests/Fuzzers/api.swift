/// Whatever a client sends as a body: it is no JSON, or a value that is written and read back the same; and whatever that is,
/// each route reads it or says what is wrong.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe input(start, count)
    let value: JSONValue
    do throws(JSONParser.Problem) {
        value = try JSONParser.parse(bytes)
    } catch {
        require((0...bytes.count).contains(error.position), "a problem outside the text: \(error)")
        return 0
    }
    let again = accepted("a text that was written is refused") { try JSONParser.parse(value.bytes) }
    require(again == value, "\(value) came back as \(again)")
    check(IncomingDocument.read(value))
    check(IncomingDocument.readList(value))
    check(FirecrawlEvent.read(value))
    check(SearchForm.read(value))
    return 0
}

private func check<Value>(_ result: Result<Value, Invalid>) {
    guard case .failure(let invalid) = result else { return }
    require(!invalid.problems.isEmpty, "refused without a reason")
    _ = invalid.json.bytes
}
