/// How the collection is to be made. What is nil is left to the server.
public struct CollectionOptions: Equatable, Sendable {
    public enum Distance: String, CaseIterable, Sendable {
        case cosine = "Cosine", dot = "Dot", euclid = "Euclid", manhattan = "Manhattan"
    }
    public enum Quantization: String, CaseIterable, Sendable { case none, scalar, binary, product }
    public enum Ordering: String, CaseIterable, Sendable { case weak, medium, strong }

    public var distance = Distance.cosine
    /// Vectors and payloads.
    public var onDisk: Bool?
    public var quantization: Quantization?
    public var shards: Int?
    public var replicas: Int?
    /// Put on every write; a cluster may otherwise apply two writes of one document in different orders on its nodes.
    public var ordering: Ordering?

    public init() {}

    /// The members of `PUT /collections/{c}` that come from here: one vector without a name, and how all is stored.
    func write(dimension: Int, into json: inout JSONText) {
        json.raw(#""vectors":{"size":"#)
        json.integer(dimension)
        json.raw(#","distance":"#)
        json.string(distance.rawValue)
        if let onDisk {
            json.raw(
                onDisk ? #","on_disk":true},"on_disk_payload":true"# : #","on_disk":false},"on_disk_payload":false"#)
        } else {
            json.raw("}")
        }
        if let shards {
            json.raw(#","shard_number":"#)
            json.integer(shards)
        }
        if let replicas {
            json.raw(#","replication_factor":"#)
            json.integer(replicas)
        }
        switch quantization {
        case nil, .some(.none): break
        case .scalar: json.raw(#","quantization_config":{"scalar":{"type":"int8","always_ram":true}}"#)
        case .binary: json.raw(#","quantization_config":{"binary":{"always_ram":true}}"#)
        case .product: json.raw(#","quantization_config":{"product":{"compression":"x16","always_ram":true}}"#)
        }
    }

    /// What a collection that is there already has.
    struct Found: Equatable, Sendable {
        var onDisk: Bool?
        var quantization: Quantization?
        var shards: Int?
        var replicas: Int?
    }

    /// Settings that the collection does not follow, in words. They were of use when it was made and stop nobody now.
    func differences(_ found: Found) -> [String] {
        func differ<Value: Equatable>(_ setting: String, _ wanted: Value?, _ has: Value?, _ show: (Value) -> String)
            -> String?
        {
            guard let wanted, let has, wanted != has else { return nil }
            return "\(setting) is \(show(wanted)), the collection has \(show(has))"
        }
        return [
            differ("PULSE_QDRANT_ON_DISK", onDisk, found.onDisk) { $0 ? "yes" : "no" },
            differ("PULSE_QDRANT_QUANTIZATION", quantization, found.quantization) { $0.rawValue },
            differ("PULSE_QDRANT_SHARDS", shards, found.shards) { "\($0)" },
            differ("PULSE_QDRANT_REPLICAS", replicas, found.replicas) { "\($0)" },
        ].compactMap(\.self)
    }
}
