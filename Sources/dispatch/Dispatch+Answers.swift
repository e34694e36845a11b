import Bytes
import Events
import Lanes
import Wire

extension Dispatch {
    /// Answers a command. While consumers are awaited, answers to those that have subscribed wait, too: then all bear the version by
    /// which the data come.
    mutating func answer(_ index: Int, _ messageId: UInt64, _ code: AnswerCode, _ text: String) {
        let answer = Answer(consumer: index, messageId: messageId, code: code, text: text)
        let waits = !haveCome && options.awaited > 0 && hasSubscribed.contains(index)
        guard waits else {
            if haveCome { giveAnswers() }
            return give(answer)
        }
        answers.append(answer)
        if answers.count > Dispatch.answersMax { giveAnswers() }
    }

    /// Answers that wait at most.
    private static let answersMax = 4096

    mutating func giveAnswers() {
        for one in answers where !visitors[one.consumer].isGone { give(one) }
        answers.removeAll()
    }

    mutating func give(_ answer: Answer) {
        let index = answer.consumer
        var envelope = Envelope(kind: .acknowledgement, channel: .control)
        envelope.routingVersion = lane.routingVersion
        envelope.flags = .critical
        var draft = Draft(envelope, .none)
        draft.put(answer.messageId, at: 0, width: 8)
        draft.put(answer.code == .accepted ? 1 : 0, at: 8, width: 1)
        draft.put(UInt64(answer.code.rawValue), at: 9, width: 1)
        let name = Array(visitors[index].name.utf8.prefix(64))
        draft.put(UInt64(name.count), at: 10, width: 2)
        draft.append(name)
        let words = Array(answer.text.utf8.prefix(65_536))
        draft.put(UInt64(words.count), at: 16, width: 4)
        draft.append(words)
        guard lane.readers[index].outbox.put(draft) else { return dismiss(index, "it takes no answers") }
    }
}

/// What a consumer's command is answered with.
struct Answer {
    let consumer: Int
    let messageId: UInt64
    let code: AnswerCode
    let text: String
}
