/// What a pickle describes while it is read: nodes that refer to one another by index.
///
/// An arena instead of a tree, because containers are filled after they have been shared, and because text stays a range
/// of the input until somebody is known to want it.
struct PickleGraph {
    enum Node {
        case none
        case bool(Bool)
        case int(Int)
        case double(Double)
        case text(Range<Int>)
        case bytes(Range<Int>)
        case list([Int])
        case tuple([Int])
        /// Keys and values in turn.
        case dict([Int])
    }

    private(set) var nodes: [Node] = []
    private var slots = 0
    let limits: PickleLimits

    init(limits: PickleLimits) { self.limits = limits }

    mutating func add(_ node: Node, at offset: Int) throws(PickleError) -> Int {
        guard nodes.count < limits.nodes else { throw .tooMuch("values", limit: limits.nodes, offset: offset) }
        if case .tuple(let children) = node { try reserve(children.count, at: offset) }
        nodes.append(node)
        return nodes.count - 1
    }

    mutating func append(_ items: [Int], to container: Int, at offset: Int) throws(PickleError) {
        guard case .list(var children) = nodes[container] else {
            throw .malformed("items are appended to something that is not a list", offset: offset)
        }
        try reserve(items.count, at: offset)
        nodes[container] = .none  // leaves `children` uniquely referenced: appending stays linear
        children.append(contentsOf: items)
        nodes[container] = .list(children)
    }

    mutating func set(_ pairs: [Int], in container: Int, at offset: Int) throws(PickleError) {
        guard case .dict(var children) = nodes[container] else {
            throw .malformed("keys are set on something that is not a dict", offset: offset)
        }
        guard pairs.count.isMultiple(of: 2) else { throw .malformed("a key without a value", offset: offset) }
        for index in stride(from: 0, to: pairs.count, by: 2) {
            guard case .text = nodes[pairs[index]] else {
                throw .malformed("a dict key that is not a str", offset: offset)
            }
        }
        try reserve(pairs.count, at: offset)
        nodes[container] = .none
        children.append(contentsOf: pairs)
        nodes[container] = .dict(children)
    }

    private mutating func reserve(_ count: Int, at offset: Int) throws(PickleError) {
        slots += count
        guard slots <= limits.nodes else { throw .tooMuch("values", limit: limits.nodes, offset: offset) }
    }
}
