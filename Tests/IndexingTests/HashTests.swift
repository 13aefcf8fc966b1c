import Testing

@testable import Indexing

@Suite struct HashTests {
    /// Messages of every length around the block borders; the digests of all of them, chained, as Python's hashlib has it.
    private static let messages = (0..<200).map { length in
        (0..<length).map { UInt8(truncatingIfNeeded: $0 * 7 + length) }
    }

    @Test func `SHA-1 gives the digests of FIPS 180-4`() {
        #expect(digest(.sha1, [Array("abc".utf8)]) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(digest(.sha1, []) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        let chained = Self.messages.flatMap { Array(digest(.sha1, [$0]).utf8) }
        #expect(digest(.sha1, [chained]) == "2f6802648317bafe21f9eb1c0f956525ee37776d")
    }

    @Test func `SHA-256 gives the digests of FIPS 180-4, however it is fed`() {
        #expect(sha256([Array("abc".utf8)]) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(sha256([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            sha256(Self.messages.map { Array(sha256([$0]).utf8) })
                == "b8f5d54cfd1cbbcae2003d1365d9fab7e5bc61813fa3486ee6a6a6bf38db4745")
        #expect(sha256([Array("a".utf8), [], Array("bc".utf8)]) == sha256([Array("abc".utf8)]))
    }

    @Test func `a point's id is the UUIDv5 of identity and ordinal`() {
        // RFC 9562, appendix A.4: "www.example.com" in the DNS namespace.
        let dns: [UInt8] = [
            0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
        ]
        #expect(
            PointID.uuid5(namespace: dns, name: Array("www.example.com".utf8)) == "2ed6657d-e927-568b-95e1-2665a8aea6a2"
        )
        let identity = "https://example.com/a"
        #expect(PointID.of(identity: identity, ordinal: 0) == "c88f4de2-6fb4-59f1-80ce-ce474db2dd45")
        #expect(PointID.of(identity: identity, ordinal: 17) == "767f1bd8-d97d-529c-a184-86e7ac6d3785")
    }

    @Test func `the content hash changes with each part and with nothing else`() {
        let recipe = ContentHash.Recipe(
            modelID: "m", modelSHA: nil, prompt: nil, dimension: 4, chunkBudget: 256, chunkOverlap: 50,
            chunkerVersion: "1")
        var others = [recipe, recipe, recipe, recipe, recipe, recipe]
        others[0].modelID = "n"
        others[1].modelSHA = "s"
        others[2].dimension = 5
        others[3].chunkBudget = 255
        others[4].chunkOverlap = 0
        others[5].chunkerVersion = "2"
        var hashes = Set(others.map { ContentHash.of(content: "text", recipe: $0) })
        hashes.insert(ContentHash.of(content: "text", recipe: recipe))
        hashes.insert(ContentHash.of(content: "texts", recipe: recipe))
        #expect(hashes.count == 8)
        #expect(ContentHash.of(content: "text", recipe: recipe) == ContentHash.of(content: "text", recipe: recipe))
    }

    private func sha256(_ parts: [[UInt8]]) -> String { digest(.sha256, parts) }

    private func digest(_ algorithm: MessageDigest.Algorithm, _ parts: [[UInt8]]) -> String {
        var digest = MessageDigest(algorithm)
        for part in parts { digest.update(part) }
        return Hex.string(digest.bytes())
    }
}
