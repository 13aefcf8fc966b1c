extension Throughput {
    var json: JSONValue {
        let list = minutes.map { minute -> JSONValue in
            [
                "at": .integer(minute.at), "accepted": .integer(minute.accepted), "finished": .integer(minute.finished),
                "failed": .integer(minute.failed),
            ]
        }
        return ["minutes": .array(list)]
    }
}
