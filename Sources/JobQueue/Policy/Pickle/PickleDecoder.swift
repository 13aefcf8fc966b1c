/// Reads a pickle of protocols 2 to 5 that holds data only; nothing from it is ever looked up, called or built.
///
/// Iterative and bounded by `PickleLimits` in every direction. Lone surrogates become U+FFFD, other text that is
/// not UTF-8 is refused. Values under `skippedKeys` are left out of every dict without being decoded.
public struct PickleDecoder: Sendable {
    public var limits: PickleLimits
    public var skippedKeys: Set<String>

    public init(limits: PickleLimits = PickleLimits(), skippedKeys: Set<String> = []) {
        self.limits = limits
        self.skippedKeys = skippedKeys
    }

    public func decode(_ bytes: [UInt8]) throws(PickleError) -> PickleValue {
        guard bytes.count <= limits.bytes else { throw .tooMuch("bytes", limit: limits.bytes, offset: 0) }
        var machine = PickleMachine(bytes, limits: limits)
        let root = try machine.run()
        var expansion = PickleExpansion(graph: machine.graph, bytes: bytes, skippedKeys: skippedKeys)
        return try expansion.value(of: root)
    }
}
