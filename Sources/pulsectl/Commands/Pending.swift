import ArgumentParser

struct EnqueueCommand: AsyncParsableCommand {}
struct SearchCommand: AsyncParsableCommand {}
