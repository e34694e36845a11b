/// A JSON text taken apart, so that a test can change it and put it together again; numbers and strings stay as they were written.
///
/// Trusts its input to be JSON.
public indirect enum Tree: Equatable, Sendable {
    public struct Member: Equatable, Sendable {
        public var key: String
        public var value: Tree

        public init(_ key: String, _ value: Tree) {
            self.key = key
            self.value = value
        }
    }

    case object([Member])
    case array([Tree])
    /// A string with its quotes, a number or a word.
    case leaf(String)

    public init(_ text: String) {
        var rest = Array(text.utf8)[...]
        self = Tree.value(&rest)
    }

    public var text: String { text { "" } }

    /// With `space()` wherever white space may stand.
    public func text(space: () -> String) -> String {
        switch self {
        case .leaf(let text): space() + text + space()
        case .array(let elements):
            space() + "[" + (elements.isEmpty ? space() : elements.map { $0.text(space: space) }.joined(separator: ","))
                + "]" + space()
        case .object(let members):
            space() + "{"
                + (members.isEmpty
                    ? space()
                    : members.map { space() + "\"\($0.key)\"" + space() + ":" + $0.value.text(space: space) }
                        .joined(separator: ",")) + "}" + space()
        }
    }

    /// With the members of each object in another order.
    public func shuffled(using dice: inout Dice) -> Tree {
        switch self {
        case .leaf: return self
        case .array(let elements): return .array(elements.map { $0.shuffled(using: &dice) })
        case .object(let members):
            var members = members.map { Member($0.key, $0.value.shuffled(using: &dice)) }
            members.shuffle(using: &dice)
            return .object(members)
        }
    }

    /// The ways to all values below this one: an index into members or elements for each step.
    public var paths: [[Int]] {
        children.enumerated().flatMap { index, child in [[index]] + child.paths.map { [index] + $0 } }
    }

    public var children: [Tree] {
        switch self {
        case .leaf: []
        case .array(let elements): elements
        case .object(let members): members.map(\.value)
        }
    }

    /// The key of the member at the end of `path`; nil where that is an element.
    public func key(at path: [Int]) -> String? {
        guard let first = path.first else { return nil }
        if path.count > 1 { return children[first].key(at: Array(path.dropFirst())) }
        guard case .object(let members) = self else { return nil }
        return members[first].key
    }

    public subscript(path: [Int]) -> Tree {
        get { path.isEmpty ? self : children[path[0]][Array(path.dropFirst())] }
        set {
            guard let first = path.first else {
                self = newValue
                return
            }
            var child = children[first]
            child[Array(path.dropFirst())] = newValue
            switch self {
            case .leaf: break
            case .array(var elements):
                elements[first] = child
                self = .array(elements)
            case .object(var members):
                members[first].value = child
                self = .object(members)
            }
        }
    }

    /// With the member or element at the end of `path` changed into these.
    public func replacing(_ path: [Int], by change: (Member) -> [Member]) -> Tree {
        var tree = self
        let (parent, last) = (Array(path.dropLast()), path[path.count - 1])
        switch tree[parent] {
        case .leaf: break
        case .array(var elements):
            elements.replaceSubrange(last...last, with: change(Member("", elements[last])).map(\.value))
            tree[parent] = .array(elements)
        case .object(var members):
            members.replaceSubrange(last...last, with: change(members[last]))
            tree[parent] = .object(members)
        }
        return tree
    }

    private static func value(_ rest: inout ArraySlice<UInt8>) -> Tree {
        skipSpace(&rest)
        switch rest.first {
        case 0x7B:
            var members: [Member] = []
            list(&rest, until: 0x7D) { rest in
                guard case .leaf(let key) = value(&rest) else { return }
                skipSpace(&rest)
                rest.removeFirst()
                members.append(Member(String(key.dropFirst().dropLast()), value(&rest)))
            }
            return .object(members)
        case 0x5B:
            var elements: [Tree] = []
            list(&rest, until: 0x5D) { elements.append(value(&$0)) }
            return .array(elements)
        case 0x22:
            var end = rest.startIndex + 1
            while rest[end] != 0x22 { end += rest[end] == 0x5C ? 2 : 1 }
            return take(&rest, to: end + 1)
        default:
            let end = rest.firstIndex { [0x2C, 0x5D, 0x7D, 0x20, 0x0A].contains($0) } ?? rest.endIndex
            return take(&rest, to: end)
        }
    }

    private static func list(
        _ rest: inout ArraySlice<UInt8>, until end: UInt8, _ element: (inout ArraySlice<UInt8>) -> Void
    ) {
        rest.removeFirst()
        skipSpace(&rest)
        while rest.first != end {
            element(&rest)
            skipSpace(&rest)
            if rest.first == 0x2C { rest.removeFirst() }
            skipSpace(&rest)
        }
        rest.removeFirst()
    }

    private static func take(_ rest: inout ArraySlice<UInt8>, to end: Int) -> Tree {
        let text = String(decoding: rest[..<end], as: UTF8.self)
        rest = rest[end...]
        return .leaf(text)
    }

    private static func skipSpace(_ rest: inout ArraySlice<UInt8>) {
        rest = rest.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    }
}
