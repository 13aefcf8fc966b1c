/// Whatever bytes a job's data may be: they are refused, or read as one value that is written and read back the same.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe input(start, count)
    asValue(bytes)
    asJob(bytes)
    return 0
}

/// Small, so that the fuzzer can reach each of them with a few bytes.
private let tight: PickleLimits = {
    var limits = PickleLimits()
    (limits.bytes, limits.stringBytes, limits.depth) = (2048, 512, 12)
    (limits.stack, limits.memo, limits.nodes) = (64, 48, 200)
    return limits
}()

private let skipped: Set<String> = ["html", "k"]

private func asValue(_ bytes: [UInt8]) {
    for limits in [PickleLimits(), tight] {
        let value: PickleValue
        do {
            value = try PickleDecoder(limits: limits).decode(bytes)
        } catch {
            require(offset(of: error) <= bytes.count, "the place of \(error) lies beyond the input")
            require(!"\(error)".isEmpty, "an error without words")
            continue
        }
        checkBounds(value, limits)
        // Compared as bytes: not-a-number equals nothing, and a String equals all that look like it.
        let compact = PickleEncoder.encode(value, style: .compact)
        for style in [PickleEncoder.Style.compact, .pythonic] {
            let again = accepted("what was written is refused") {
                try PickleDecoder().decode(PickleEncoder.encode(value, style: style))
            }
            require(PickleEncoder.encode(again, style: .compact) == compact, "\(style) changed \(value)")
        }
        let rest = accepted("refused only when keys are skipped") {
            try PickleDecoder(limits: limits, skippedKeys: skipped).decode(bytes)
        }
        require(
            PickleEncoder.encode(rest, style: .compact) == PickleEncoder.encode(without(value), style: .compact),
            "skipping keys changed more than those keys in \(value)")
    }
}

private func asJob(_ bytes: [UInt8]) {
    let call: JobCall
    do {
        call = try JobCodec.call(fromPickle: bytes)
    } catch {
        require(isOneLine("\(error)"), "a refusal of several lines: \(error)")
        return
    }
    let written = JobCodec.encode(call)
    let again = accepted("a call that was written is refused") { try JobCodec.call(fromPickle: written) }
    require(JobCodec.encode(again) == written, "a call came back as another: \(call)")
    _ = CallDescription.text(of: call)
    do {
        _ = try JobCodec.payload(of: call)
    } catch {
        require(isOneLine("\(error)"), "a refusal of several lines: \(error)")
    }
}

private func offset(of error: PickleError) -> Int {
    switch error {
    case .runsCode(_, let offset), .unneeded(_, let offset), .unknownOpcode(_, let offset), .truncated(let offset),
        .trailing(_, let offset), .tooWide(let offset), .tooMuch(_, _, let offset), .malformed(_, let offset):
        offset
    }
}

/// A walk without recursion: a value deeper than the limit must be a find, not a full stack.
private func checkBounds(_ value: PickleValue, _ limits: PickleLimits) {
    var pending = [(value, 1)]
    var (nodes, bytes) = (0, 0)
    while let (next, depth) = pending.popLast() {
        nodes += 1
        require(depth <= limits.depth, "deeper than \(limits.depth)")
        switch next {
        case .none, .bool, .int, .double: break
        case .string(let text): bytes += text.utf8.count
        case .bytes(let some): bytes += some.count
        case .list(let items), .tuple(let items): pending += items.map { ($0, depth + 1) }
        case .dict(let entries):
            require(Set(entries.map { Array($0.key.utf8) }).count == entries.count, "a key comes twice")
            pending += entries.map { ($0.value, depth + 1) }
        }
    }
    require(nodes <= limits.nodes && bytes <= limits.bytes, "\(nodes) values, \(bytes) bytes of text")
}

private func without(_ value: PickleValue) -> PickleValue {
    switch value {
    case .none, .bool, .int, .double, .string, .bytes: value
    case .list(let items): .list(items.map(without))
    case .tuple(let items): .tuple(items.map(without))
    case .dict(let entries):
        .dict(
            entries.filter { entry in !skipped.contains { $0.utf8.elementsEqual(entry.key.utf8) } }
                .map { PickleValue.Entry($0.key, without($0.value)) })
    }
}
