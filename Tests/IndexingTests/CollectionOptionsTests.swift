import Foundation
import Testing

@testable import Indexing

@Suite struct CollectionOptionsTests {
    private func written(_ options: CollectionOptions) throws -> NSDictionary {
        var json = JSONText()
        json.raw("{")
        options.write(dimension: 8, into: &json)
        json.raw("}")
        return try #require(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? NSDictionary)
    }

    @Test func `what nobody set is left to the server`() throws {
        #expect(try written(CollectionOptions()) == ["vectors": ["size": 8, "distance": "Cosine"]])
    }

    @Test func `a collection is made as it was set`() throws {
        var options = CollectionOptions()
        (options.distance, options.onDisk, options.shards, options.replicas) = (.dot, true, 3, 2)
        options.quantization = .scalar
        #expect(
            try written(options) == [
                "vectors": ["size": 8, "distance": "Dot", "on_disk": true], "on_disk_payload": true,
                "shard_number": 3, "replication_factor": 2,
                "quantization_config": ["scalar": ["type": "int8", "always_ram": true]],
            ])
        for quantization in CollectionOptions.Quantization.allCases {
            options.quantization = quantization
            let config = try written(options)["quantization_config"] as? [String: Any]
            #expect(config?.keys.first == (quantization == .none ? nil : quantization.rawValue))
        }
    }

    @Test func `only what was set and is otherwise is a difference`() {
        var options = CollectionOptions()
        let found = CollectionOptions.Found(
            onDisk: nil, quantization: CollectionOptions.Quantization.none, shards: 1, replicas: 2)
        #expect(options.differences(found).isEmpty)
        (options.onDisk, options.quantization, options.shards, options.replicas) = (true, .binary, 1, 3)
        #expect(
            options.differences(found) == [
                "PULSE_QDRANT_QUANTIZATION is binary, the collection has none",
                "PULSE_QDRANT_REPLICAS is 3, the collection has 2",
            ])
    }

    @Test func `the model's record is kept from 1.16 on`() throws {
        #expect(!ModelRecord.isKept(by: nil) && !ModelRecord.isKept(by: ServerVersion("1.15.5")))
        #expect(ModelRecord.isKept(by: ServerVersion("1.16.0")) && ModelRecord.isKept(by: ServerVersion("1.20.0-dev")))
        #expect(ServerVersion("abc") == nil && ServerVersion("1") == nil)
    }

    @Test func `a description's record and options are read, whatever else is there`() throws {
        func configuration(_ text: String) throws -> CollectionAnswer.Configuration {
            try JSONDecoder().decode(CollectionAnswer.Configuration.self, from: Data(text.utf8))
        }
        let full = try configuration(
            #"{"params":{"vectors":{"size":4,"distance":"Cosine","on_disk":true},"shard_number":2},"#
                + #""quantization_config":{"scalar":{"type":"int8"}},"metadata":{"x":1,"pulse":{"model_id":"m","chunker":"c"}}}"#
        )
        #expect(full.model == ModelRecord(modelID: "m", modelSHA: nil, chunker: "c"))
        #expect(full.quantization == .scalar && full.params.vectors?.on_disk == true)
        for metadata in ["null", "{}", "[1]", #"{"pulse":7}"#, #"{"pulse":{"model_id":1}}"#] {
            let text = #"{"params":{},"quantization_config":null,"metadata":\#(metadata)}"#
            #expect(try configuration(text).model == nil)
        }
    }
}
