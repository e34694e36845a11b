// penstock: starts the tools by their plain names, from the folder that they were installed in.
//
//     penstock TOOL ARGUMENT… ─▶ libexec/penstock/TOOL ARGUMENT…
import Host
import Tool

launch(Array(CommandLine.arguments.dropFirst()))
