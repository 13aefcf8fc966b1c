// swift-tools-version: 6.3
import PackageDescription

/// The same strict rules for every target of ours; dependencies keep their own.
let rules: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "pulse",
    products: [
        .executable(name: "pulse-supervisor", targets: ["pulse-supervisor"]),
        .executable(name: "pulse-worker", targets: ["pulse-worker"]),
        .executable(name: "pulse-api", targets: ["pulse-api"]),
        .executable(name: "pulsectl", targets: ["pulsectl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        // The C libraries: a module map and a shim each, nothing else.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CHiredis"),
        .systemLibrary(name: "CCurl"),
        .systemLibrary(name: "CMicroHTTPD"),
        .systemLibrary(name: "COpenSSL"),
        .systemLibrary(name: "CZlib"),
        .systemLibrary(name: "CCMark"),

        // What every program shares.
        .target(name: "Settings", dependencies: ["CLinux"], swiftSettings: rules),
        .target(name: "Reporting", dependencies: ["CLinux"], swiftSettings: rules),
        .target(name: "ProcessLog", dependencies: ["CLinux", log], swiftSettings: rules),
        .target(name: "BackgroundWork", swiftSettings: rules),
        .target(name: "HTTPServing", dependencies: ["CLinux", "CMicroHTTPD", "BackgroundWork"], swiftSettings: rules),

        // What Pulse exists for.
        .target(
            name: "Supervision", dependencies: ["CLinux", "HTTPServing", "Reporting", "ProcessLog", log],
            swiftSettings: rules),
        .target(
            name: "JobQueue", dependencies: ["CHiredis", "COpenSSL", "CZlib", "BackgroundWork"],
            resources: [.embedInCode("Scripts")], swiftSettings: rules),
        .target(
            name: "Indexing", dependencies: ["CCurl", "CCMark", "COpenSSL", "BackgroundWork", "Settings"],
            swiftSettings: rules),

        // What the supervisor's children share.
        .target(
            name: "SupervisedProcess",
            dependencies: ["CLinux", "BackgroundWork", "Settings", "Reporting", "ProcessLog", log, arguments],
            swiftSettings: rules),
        .target(
            name: "ServiceWatching", dependencies: ["JobQueue", "Indexing", "Reporting", log], swiftSettings: rules),

        // Thin mains.
        .executableTarget(
            name: "pulse-supervisor",
            dependencies: ["CLinux", "Settings", "Reporting", "Supervision", "ProcessLog", log, arguments],
            swiftSettings: rules),
        .executableTarget(
            name: "pulse-worker",
            dependencies: [
                "CLinux", "Settings", "Reporting", "JobQueue", "Indexing", "SupervisedProcess", "ServiceWatching",
                "ProcessLog", log, arguments,
            ],
            swiftSettings: rules),
        .executableTarget(
            name: "pulse-api",
            dependencies: [
                "CLinux", "COpenSSL", "BackgroundWork", "Settings", "Reporting", "HTTPServing", "JobQueue", "Indexing",
                "SupervisedProcess", "ServiceWatching", "ProcessLog", log, arguments,
            ],
            resources: [.embedInCode("OpenAPI/openapi.json"), .embedInCode("Page/Assets")], swiftSettings: rules),
        .executableTarget(
            name: "pulsectl", dependencies: ["CLinux", "Settings", "Reporting", "JobQueue", "Indexing", arguments],
            swiftSettings: rules),

        // Random histories of the supervisor's machine; `scripts/simulate` runs it optimised.
        .executableTarget(
            name: "pulse-simulator", dependencies: ["Supervision"], path: "Tests/Simulator",
            swiftSettings: rules),
        .systemLibrary(name: "CTesting", path: "Tests/CTesting"),
        // A child that does what a test tells it to.
        .executableTarget(name: "misbehaving-child", path: "Tests/MisbehavingChild"),

        .target(name: "SeededRandom", path: "Tests/SeededRandom", swiftSettings: rules),

        // Milliseconds, pure.
        .testTarget(name: "SettingsTests", dependencies: ["Settings"], swiftSettings: rules),
        .testTarget(name: "LogTests", dependencies: ["ProcessLog"], swiftSettings: rules),
        .testTarget(name: "HTTPServingTests", dependencies: ["HTTPServing"], swiftSettings: rules),
        .testTarget(name: "ReportingTests", dependencies: ["Reporting"], swiftSettings: rules),
        .testTarget(
            name: "SupervisionTests", dependencies: ["Supervision", "HTTPServing", "Reporting", "CLinux"],
            swiftSettings: rules),
        .testTarget(name: "JobQueueTests", dependencies: ["JobQueue", "SeededRandom"], swiftSettings: rules),
        .testTarget(name: "IndexingTests", dependencies: ["Indexing", "SeededRandom"], swiftSettings: rules),
        .testTarget(
            name: "WorkerTests", dependencies: ["pulse-worker", "JobQueue", "SupervisedProcess"], swiftSettings: rules),
        .testTarget(name: "APITests", dependencies: ["pulse-api", "HTTPServing", "JobQueue"], swiftSettings: rules),
        .testTarget(name: "ControlTests", dependencies: ["pulsectl", "Reporting", "JobQueue"], swiftSettings: rules),
        .testTarget(name: "ArchitectureTests", swiftSettings: rules),
        // What docs/ says, held against the code.
        .testTarget(
            name: "DocumentationTests", dependencies: ["Settings", "Reporting", "Supervision", "pulsectl"],
            swiftSettings: rules),
        // Real servers, built binaries.
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "CLinux", "CTesting", "SeededRandom", "Settings", "Reporting", "HTTPServing", "JobQueue", "Indexing",
                "pulse-supervisor",
                "pulse-worker", "pulse-api",
                "pulsectl", "misbehaving-child",
            ],
            exclude: ["Faults/wall-clock-jump.c", "Queue/pickle-peer.py"],
            swiftSettings: rules),
    ]
)
