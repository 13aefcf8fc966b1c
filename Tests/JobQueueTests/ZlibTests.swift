import Testing

@testable import JobQueue

@Suite struct ZlibTests {
    @Test func `what python deflated is inflated, and the other way round`() throws {
        #expect(try Zlib.inflate(pythonJobDeflated) == pythonJob)
        #expect(try Zlib.deflate(pythonJob) == pythonJobDeflated)
    }

    @Test func `data that is not deflated is taken as it is`() throws {
        #expect(try Zlib.inflate(pythonJob) == pythonJob)
    }

    @Test func `a bomb is refused while it inflates`() throws {
        let bomb = try Zlib.deflate([UInt8](repeating: 0, count: 1 << 20))
        #expect(throws: CompressionError.bomb(limit: 1 << 19)) { try Zlib.inflate(bomb, limit: 1 << 19) }
        #expect(try Zlib.inflate(bomb, limit: 1 << 20).count == 1 << 20)
        #expect("\(CompressionError.bomb(limit: 64 << 20))".contains("inflates beyond 64 MiB"))
    }

    @Test func `a stream that wants a dictionary is refused, since nobody says which`() {
        // zlib.compressobj(zdict=b"Text ") of b"Text Text "
        #expect(throws: CompressionError.self) { try Zlib.inflate(hex("78bb05ad01c60b8113001433038b")) }
    }

    @Test func `a stream cut anywhere, damaged or followed by more is refused`() {
        for length in 2..<pythonJobDeflated.count {
            #expect(throws: CompressionError.self) { try Zlib.inflate(Array(pythonJobDeflated[..<length])) }
        }
        var damaged = pythonJobDeflated
        damaged[40] ^= 0xff
        #expect(throws: CompressionError.self) { try Zlib.inflate(damaged) }
        #expect(throws: CompressionError.damaged("bytes follow its end")) { try Zlib.inflate(pythonJobDeflated + [0]) }
    }
}
