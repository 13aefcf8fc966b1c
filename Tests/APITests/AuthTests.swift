import HTTPServing
import Testing

@testable import pulse_api

@Suite struct `Who may ask` {
    private static let secret = "0123456789abcdef0123456789abcdef"

    @Test(arguments: [
        "Bearer 0123456789abcdef0123456789abcdef", "bearer 0123456789abcdef0123456789abcdef",
        "BEARER   0123456789abcdef0123456789abcdef ", "0123456789abcdef0123456789abcdef",
    ]) func `the secret is taken with and without its scheme`(_ header: String) {
        #expect(Credentials.check([header], secret: Self.secret) == .good)
    }

    @Test(arguments: [
        ("wrong", "Bearer 0123456789abcdef0123456789abcdeX"), ("truncated", "Bearer 0123456789abcdef0123456789abcde"),
        ("empty but for a part", "Bearer 0"), ("longer", "Bearer 0123456789abcdef0123456789abcdef0"),
        ("doubled", "Bearer 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
        ("in other letters", "Bearer 0123456789ABCDEF0123456789ABCDEF"),
        ("of another scheme", "Basic 0123456789abcdef0123456789abcdef"),
        ("without a blank", "Bearer0123456789abcdef0123456789abcdef"),
        ("twice in one", "Bearer 0123456789abcdef0123456789abcdef, Bearer 0123456789abcdef0123456789abcdef"),
    ]) func `any other is not`(_ what: String, _ header: String) {
        #expect(Credentials.check([header], secret: Self.secret) == .wrong, "\(what)")
    }

    @Test func `none is missing, two are none`() {
        #expect(Credentials.check([], secret: Self.secret) == .missing)
        #expect(Credentials.check([""], secret: Self.secret) == .missing)
        let header = "Bearer " + Self.secret
        #expect(Credentials.check([header, header], secret: Self.secret) == .wrong)
    }

    @Test func `an empty secret opens nothing`() {
        #expect(!Credentials.isEqual([], []))
        #expect(Credentials.check(["Bearer x"], secret: "") == .wrong)
    }

    @Test func `the code of a message is RFC 4231's`() {
        let code = MessageCode.sha256(of: Array("what do ya want for nothing?".utf8), key: "Jefe")
        #expect(
            code == [
                0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
                0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43,
            ])
        #expect(MessageCode.sha256(of: [], key: "k").count == 32)
    }

    private static let digits = String(repeating: "0aF", count: 21) + "0"

    @Test func `a signature's digits may have any case`() {
        guard case .digest(let bytes) = SignatureHeader.read(["sha256=" + Self.digits]) else {
            Issue.record("it was not read")
            return
        }
        #expect(bytes.count == 32 && bytes.prefix(3) == [0x0a, 0xF0, 0xaF])
    }

    private static let malformed: [String] = [
        "sha256=\(digits.dropLast())", "sha256=\(digits)00", "sha256=", "sha1=\(digits)", digits, "SHA256=\(digits)",
        "sha256=\(digits),sha256=\(digits)", "sha256=\(digits.dropLast())g", "sha256=\(digits.dropLast(2))é",
        "sha256=\(digits.dropLast())٣",
    ]

    @Test(arguments: malformed) func `a malformed signature is told apart from a wrong one`(_ header: String) {
        #expect(SignatureHeader.read([header]) == .malformed)
    }

    @Test func `two signatures are none`() {
        let marks = String(repeating: "\u{316}\u{301}", count: 200_000)
        #expect(SignatureHeader.read(["s" + marks]) == .malformed, "at once: compared by meaning it would take minutes")
        #expect(!LocalCaller.isLocal(host: "[" + marks))
        #expect(SignatureHeader.read([]) == .missing && SignatureHeader.read([" "]) == .missing)
        #expect(SignatureHeader.read(["sha256=" + Self.digits, "sha256=" + Self.digits]) == .malformed)
    }

    @Test(arguments: [
        "localhost", "LocalHost:52100", "127.0.0.1", "127.0.0.1:80", "127.1.2.3", "[::1]", "[::1]:52100",
    ]) func `this machine's names`(_ host: String) { #expect(LocalCaller.isLocal(host: host)) }

    @Test(arguments: [
        "", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "localhost:x", "localhost:80:80",
        "127.0.0",
        "10.0.0.1", "[::1", "[::2]", "[::1]x", "localhost@evil.example", "127.0.0.256", "::1", "localhost.",
    ]) func `and no others`(_ host: String) { #expect(!LocalCaller.isLocal(host: host)) }

    @Test func `no Host is not local`() { #expect(!LocalCaller.isLocal(host: nil)) }
}
