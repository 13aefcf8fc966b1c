/// Whatever JSON a job's data may be: it is refused in one line, or read as one call that is written and read back the same.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe input(start, count)
    let call: JobCall
    do {
        call = try JobSerializer.json.call(from: bytes)
    } catch {
        require(isOneLine("\(error)"), "a refusal of several lines: \(error)")
        return 0
    }
    let value = PickleValue.list([
        .string(call.function), .none, .list(call.arguments), .dict(call.keywordArguments),
    ])
    let again = accepted("a call that was written is refused") {
        try JobSerializer.json.call(from: JobSerializer.json.encode(value))
    }
    require(again.function == call.function, "the function \(call.function) came back as \(again.function)")
    require(again.arguments.count == call.arguments.count, "arguments were lost of \(call)")
    _ = try? JobCodec.payload(of: call)
    _ = CallDescription.text(of: call)
    return 0
}
