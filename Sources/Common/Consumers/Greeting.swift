import Events
public import Host
public import Wire

extension ConsumerOptions {
    /// Puts what is said first on a new connection: who it is, and what it wants.
    public func greet(_ outbox: inout Outbox) {
        let producer = name.isEmpty ? "consumer" : name
        outbox.put(Hello(producer: producer, timeBase: .monotonic), Envelope(kind: .hello, channel: .control))
        for (index, arguments) in wants.enumerated() {
            outbox.put(command: .subscribe, messageId: UInt64(index + 1), consumer: name, arguments: arguments)
        }
    }

    /// Why nothing of what is wanted will come; nil where the answer promises it.
    public func refusal(_ answer: AnswerWord) -> Failure? {
        guard !answer.isAccepted else { return nil }
        let status: Status = answer.code == .notPermitted ? .noPermission : .unavailable
        return Failure(status, "\(socket) refuses: \(answer.text)")
    }
}
