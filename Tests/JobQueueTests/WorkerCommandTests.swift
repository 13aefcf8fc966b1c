import Testing

@testable import JobQueue

@Suite struct WorkerCommandTests {
    @Test(arguments: [
        (#"{"command": "shutdown"}"#, WorkerCommand.shutdown), (#"{"command": "kill-horse"}"#, .killHorse),
        (#"{"command": "stop-job", "job_id": "a:b"}"#, .stopJob(id: "a:b")),
        (
            #"{"command":"stop-execution","job_id":"j","execution_id":"e","extra":1}"#,
            .stopExecution(jobID: "j", execution: "e")
        ),
    ])
    func `RQ's commands are read`(text: String, command: WorkerCommand) {
        #expect(WorkerCommand(Array(text.utf8)) == command)
    }

    @Test(arguments: ["", "{", "7", "[]", #"{"command":"dance"}"#, #"{"command":"stop-job"}"#, #"{"command":1}"#])
    func `anything else is ignored`(text: String) { #expect(WorkerCommand(Array(text.utf8)) == nil) }
}
