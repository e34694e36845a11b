// control: tells a running tool what to do. Words in, an answer out.
//
//     words ─▶ Order ─▶ command frame ─▶ socket ─▶ acknowledgement ─▶ a line
//                └────▶ --line: a line of text ───▶ a line
import Host
import Tool

run(command) { (arguments) throws(Failure) in
    let options = try Options(arguments)
    return options.isLine ? try tellLine(options) : try tell(options)
}
