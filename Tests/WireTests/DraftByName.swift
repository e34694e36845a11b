import Events
import Support
import Units
import Wire

/// An event put together field by field by name, as the table of its kind says: what typed encoders are compared with.
struct DraftByName {
    var draft: Draft
    private let layout: Layout

    init(_ envelope: Envelope, _ name: StreamName) {
        draft = Draft(envelope, name)
        layout = Layout.of(envelope.kind)!
    }

    private func field(_ name: String) -> Field { layout.fields.first { $0.name == name }! }

    mutating func put(_ name: String, _ value: UInt64) {
        let field = field(name)
        draft.put(value, at: field.offset, width: field.form.width)
    }

    mutating func put(_ name: String, _ time: Nanos) { put(name, UInt64(bitPattern: time.count)) }

    mutating func put(_ name: String, _ isSet: Bool) { put(name, isSet ? 1 : 0) }

    mutating func put(_ name: String, _ word: some Word) { put(name, UInt64(word.rawValue)) }

    mutating func put(_ name: String, _ number: Decimal) {
        guard case .decimal(let exponent) = field(name).form else { return }
        put(name, UInt64(bitPattern: number.mantissa))
        draft.put(UInt64(UInt8(bitPattern: number.exponent)), at: exponent, width: 1)
    }

    /// Texts must come in the order of the table.
    mutating func put(_ name: String, _ text: String) {
        put(name, UInt64(text.utf8.count))
        draft.append(Array(text.utf8))
    }

    var bytes: [UInt8] { RandomFrames.bytes([draft]) }
}
