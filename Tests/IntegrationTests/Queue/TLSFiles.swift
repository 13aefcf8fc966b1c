import Foundation
import Testing

/// Certificates of a test's own: an authority, a server's for the loopback, a stranger's for another host.
struct TLSFiles {
    let folder: String

    init(in folder: String) async throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ["authority", "stranger"] {
            try await openssl([
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=\(name)", "-keyout", key(name), "-out", certificate(name),
            ])
        }
        try await sign("server", for: "IP:127.0.0.1,DNS:localhost")
        try await sign("elsewhere", for: "DNS:redis.example")
        try await sign("client", for: "DNS:worker.example")
    }

    func certificate(_ name: String) -> String { "\(folder)/\(name).crt" }
    func key(_ name: String) -> String { "\(folder)/\(name).key" }

    /// What a redis-server or a redis-sentinel is told to serve with.
    func options(_ name: String, port: Int, clients: String = "no") -> [String] {
        [
            "--port", "0", "--tls-port", "\(port)", "--tls-cert-file", certificate(name), "--tls-key-file", key(name),
            "--tls-ca-cert-file", certificate("authority"), "--tls-auth-clients", clients,
        ]
    }

    private func sign(_ name: String, for host: String) async throws {
        try await openssl([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)",
            "-addext", "subjectAltName=\(host)", "-keyout", key(name), "-out", "\(folder)/\(name).csr",
        ])
        try await openssl([
            "x509", "-req", "-in", "\(folder)/\(name).csr", "-CA", certificate("authority"), "-CAkey",
            key("authority"), "-CAcreateserial", "-days", "2", "-copy_extensions", "copy", "-out", certificate(name),
        ])
    }

    private func openssl(_ arguments: [String]) async throws {
        let outcome = try await Program.run(["/usr/bin/openssl"] + arguments, ["PATH": "/usr/bin:/bin"])
        try #require(outcome.status == 0, "openssl \(arguments.joined(separator: " ")): \(outcome.text)")
    }
}
