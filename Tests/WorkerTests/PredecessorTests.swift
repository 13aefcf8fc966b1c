import Testing

@testable import pulse_worker

@Suite struct `The slot's former incarnation` {
    @Test(arguments: [
        ("host.7|killed by SIGKILL", true), ("host.7|killed by SIGABRT (core dumped)", true), ("host.7|exit 3", true),
        ("host.7|unknown: its supervisor died", true), ("host.7|exit 0", false), ("host.7|exit 69", false),
        ("host.7|killed by SIGKILL, as planned (restart)", false), ("host.7|exit 1, as planned (stop)", false),
    ])
    func `only who vanished accuses its jobs`(text: String, vanished: Bool) throws {
        let predecessor = try #require(Predecessor(text))
        #expect(predecessor.name == "host.7")
        #expect(predecessor.vanished == vanished)
    }

    @Test(arguments: [nil, "", "no bar", "|how"]) func `what names nobody is nobody`(text: String?) {
        #expect(Predecessor(text) == nil)
    }
}
