// exchange: simulated exchanges that strangers' clients accept: markets that move, real protocols, faults on request.
//
//     crowd, script ─▶ Floor ─▶ Tape ─▶ Imitation ⇄ Visit (HTTP, WebSocket) ⇄ TLS ⇄ clients
//                                           └─▶ witness
import Host
import Tool

run(command) { (arguments) throws(Failure) in
    var exchange = try Exchange(try Options(arguments))
    try exchange.prepare()
    try exchange.announce()
    while !Interrupts.isStopping { try exchange.turn() }
    return try exchange.end()
}
