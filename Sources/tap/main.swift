import Host
import Tool
import Lines
import Text
import Wire
let command = Command("tap", operands: "", summary: "", examples: [], options: [.flag("json","")])
run(command, diesQuietly: true) { (arguments) throws(Failure) in
    let input = Descriptor.standardInput
    var inbox = Inbox()
    var page = Printer()
    let out = Descriptor.standardOutput
    while let n = try inbox.fill({ s throws(Failure) in try input.read(into: &s, "in") }), n > 0 {
        let defect: Frame.Defect? = inbox.drain { frame in
            page.print(jsonOf: frame); page.print("\n")
            return true
        }
        if let defect { throw Failure(.data, defect.text) }
        try page.read { s throws(Failure) in try out.write(all: s, "out") }
        page.clear()
    }
    return .ok
}
