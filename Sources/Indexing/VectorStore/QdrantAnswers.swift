import FoundationEssentials

/// The envelope of every answer of Qdrant: `{"result":..,"status":"ok","time":..}`.
struct QdrantEnvelope<Result: Decodable>: Decodable {
    var result: Result

    static func parse(_ body: [UInt8]) -> Result? {
        try? JSONDecoder().decode(QdrantEnvelope<Result>.self, from: Data(body)).result
    }
}

/// The parts of `GET /collections/{c}` that decide whether its vectors and ours go together.
struct CollectionAnswer: Decodable {
    struct Vector: Decodable {
        var size: Int
        var distance: String
        var on_disk: Bool?
    }

    struct Parameters: Decodable {
        /// Nil when the collection has named vectors instead of one without a name.
        var vectors: Vector?
        var shard_number: Int?
        var replication_factor: Int?
        var sparse_vectors: [String: SparseVector]?

        enum CodingKeys: CodingKey { case vectors, shard_number, replication_factor, sparse_vectors }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            vectors = try? container.decode(Vector.self, forKey: .vectors)
            shard_number = try container.decodeIfPresent(Int.self, forKey: .shard_number)
            replication_factor = try? container.decode(Int.self, forKey: .replication_factor)
            sparse_vectors = try? container.decode([String: SparseVector].self, forKey: .sparse_vectors)
        }
    }

    struct SparseVector: Decodable { var modifier: String? }

    struct Configuration: Decodable {
        var params: Parameters
        /// nil = none, or one that has no setting of ours.
        var quantization: CollectionOptions.Quantization?
        /// nil = no such record.
        var model: ModelRecord?

        private enum CodingKeys: CodingKey { case params, quantization_config, metadata }
        private enum Kinds: String, CodingKey { case scalar, binary, product }

        private struct Metadata: Decodable {
            struct Record: Decodable {
                var model_id: String
                var model_sha: String?
                var chunker: String?

                var record: ModelRecord {
                    ModelRecord(modelID: model_id, modelSHA: model_sha, chunker: chunker ?? "")
                }
            }

            var pulse: Record
        }

        /// Others may have written anything into the metadata: what is not in our shape is not ours.
        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            params = try container.decode(Parameters.self, forKey: .params)
            let kind = try? container.nestedContainer(keyedBy: Kinds.self, forKey: .quantization_config).allKeys.first
            quantization = kind.flatMap { CollectionOptions.Quantization(rawValue: $0.stringValue) }
            model = (try? container.decode(Metadata.self, forKey: .metadata))?.pulse.record
        }
    }

    struct Index: Decodable {
        /// A text index keeps what BM25 needs.
        var scores: Bool

        private enum CodingKeys: CodingKey { case params }
        private struct Parameters: Decodable {
            struct Options: Decodable {}

            var scores: Bool

            enum CodingKeys: CodingKey { case scoring }

            /// `true`, or the scorer's options.
            init(from decoder: any Decoder) throws {
                let fields = try decoder.container(keyedBy: CodingKeys.self)
                let hasOptions = (try? fields.decode(Options.self, forKey: .scoring)) != nil
                scores = (try? fields.decode(Bool.self, forKey: .scoring)) ?? hasOptions
            }
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            scores = (try? fields.decode(Parameters.self, forKey: .params))?.scores ?? false
        }
    }

    var config: Configuration
    var payload_schema: [String: Index]?

    /// What there is to rank by words.
    var keywords: KeywordPlan.Found {
        let vector = config.params.sparse_vectors?[KeywordIndex.vector]
        let weighs = vector?.modifier?.lowercased() == "idf"
        return KeywordPlan.Found(
            sparseVector: weighs, otherSparseVector: vector != nil && !weighs,
            textIndex: payload_schema?[KeywordIndex.field]?.scores ?? false)
    }

    /// As the settings name it. Where the server keeps vectors it does not always say; what it leaves out is not compared.
    var options: CollectionOptions.Found {
        CollectionOptions.Found(
            onDisk: config.params.vectors?.on_disk,
            quantization: config.quantization ?? CollectionOptions.Quantization.none,
            shards: config.params.shard_number, replicas: config.params.replication_factor)
    }
}

struct UpdateAnswer: Decodable { var status: String }

/// One point of `POST /collections/{c}/points` (retrieve by id).
struct StateAnswer: Decodable {
    /// What a state is made of; a point's text is not asked for.
    static let fields = [
        "content_hash", "meta_hash", "chunk_count", "chunk_high", "total_tokens", "generation", "content_id",
    ]

    struct Payload: Decodable {
        var content_hash: String?
        var meta_hash: String?
        var chunk_count: Int?
        var chunk_high: Int?
        var total_tokens: Int?
        var generation: String?
        var content_id: Int?

        enum CodingKeys: CodingKey {
            case content_hash, meta_hash, chunk_count, chunk_high, total_tokens, generation, content_id
        }

        /// A field that somebody else wrote in another shape counts as missing: it must not spoil the answer for all whose
        /// points were asked for with it.
        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            content_hash = try? fields.decode(String.self, forKey: .content_hash)
            meta_hash = try? fields.decode(String.self, forKey: .meta_hash)
            chunk_count = try? fields.decode(Int.self, forKey: .chunk_count)
            chunk_high = try? fields.decode(Int.self, forKey: .chunk_high)
            total_tokens = try? fields.decode(Int.self, forKey: .total_tokens)
            generation = try? fields.decode(String.self, forKey: .generation)
            content_id = try? fields.decode(Int.self, forKey: .content_id)
        }
    }

    /// One of ours, hence a UUID.
    var id: String
    var payload: Payload?

    /// Numbers that no document has come from somebody else. Such a count is none, so that the document is written anew; such
    /// a bound is the nearest one that can be, so that none of its points is forgotten.
    var state: DocumentState {
        let count = payload?.chunk_count ?? 0
        return DocumentState(
            contentHash: payload?.content_hash ?? "", metaHash: payload?.meta_hash ?? "",
            chunkCount: (0...OrdinalSet.limit).contains(count) ? count : 0,
            chunkHigh: min(max(payload?.chunk_high ?? 1, 1), OrdinalSet.limit),
            totalTokens: payload?.total_tokens ?? 0, generation: Generation(stored: payload?.generation ?? ""))
    }
}
