import Host
import Tool

run(Command("penstock", operands: "TOOL …", summary: "", examples: [], options: [])) { (arguments) throws(Failure) in .ok }
