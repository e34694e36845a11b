import Foundation
import Support
import Testing

/// What a client may ask of `exchange`, and what comes of asking for more. Clients here are bytes by hand.
@Suite("exchange has bounds, and says what happens at each", .timeLimit(.minutes(2)))
struct ExchangeLimitTests {
    /// Runs a line with `$1` as a port of an exchange; `upgrade` begins a WebSocket there at descriptor 5.
    private func run(_ options: String, _ line: String) throws -> Shell {
        try Shell.run(
            #"""
            upgrade() {
              exec 5<> "/dev/tcp/localhost/$port"
              printf 'GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' "$1" >&5
              printf 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n' >&5
            }
            hex() { od -An -v -tx1 | tr -d ' \n'; }
            trap 'kill $!' EXIT
            exec 6< <(exec env --default-signal exchange --plain --rate 0 \#(options))
            read -r place <&6; port=${place##*:}

            """# + line, in: try Places.scratch("limits"), seconds: 60)
    }

    /// Asks so many times on one connection, then hears what comes until it ends.
    private func late(_ count: Int, by span: String) throws -> Shell {
        try run(
            "binance --fault slow@by=\(span)",
            #"""
            exec 5<> "/dev/tcp/localhost/$port"
            for ((n = 1; n < \#(count); n++)); do printf 'GET /api/v3/ping HTTP/1.1\r\nHost: x\r\n\r\n'; done >&5
            printf 'GET /api/v3/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' >&5
            cat <&5 > heard; echo $? $(grep -c '200 OK' heard)
            """#)
    }

    @Test("64 answers of a connection may be late, and all come; with one more it is reset")
    func late() throws {
        let borne = try late(64, by: "1s")
        #expect(borne.text == "0 64\n", "\(borne.text)\(borne.errors)")
        let refused = try late(65, by: "1h")
        #expect(refused.text == "1 0\n" && refused.errors.contains("reset by peer"), "\(refused.text)\(refused.errors)")
    }

    @Test("a message of 16 MiB is read; a larger one ends its connection with 1009 as soon as it is announced")
    func message() throws {
        let read = try run(
            "kraken",
            #"""
            upgrade /v2
            { printf '\x81\xff\0\0\0\0\x01\0\0\0\0\0\0\0'; head -c 16777216 /dev/zero; } >&5
            head -c 403 <&5 | grep -ao 'Malformed request'
            """#)
        #expect(read.text == "Malformed request\n", "\(read.text)\(read.errors)")
        let refused = try run("kraken", #"upgrade /v2; printf '\x81\xff\0\0\0\0\x01\0\0\x01\0\0\0\0' >&5; hex <&5"#)
        // Code 1009 and a reason.
        #expect(refused.text.contains("03f1746865206d657373616765206973"), "\(refused.text)\(refused.errors)")
    }

    @Test("a close that comes right behind a message is answered, and the connection ends in good order")
    func goodbye() throws {
        let run = try run(
            "kraken",
            #"""
            upgrade /v2; printf '\x81\x91\0\0\0\0{"method":"ping"}\x88\x82\0\0\0\0\x03\xe8' >&5
            cat <&5 > heard; echo $? $(hex < heard | tail -c 8)
            """#)
        #expect(run.text == "0 880203e8\n", "\(run.text)\(run.errors)")
    }

    @Test("who does not answer a close is not waited for")
    func silence() throws {
        let run = try run("kraken --fault daily-cut", "upgrade /v2; cat <&5 > heard; echo $? $(tail -c 4 heard | hex)")
        #expect(run.text == "1 880203e8\n" && run.errors.contains("reset by peer"), "\(run.text)\(run.errors)")
    }

    @Test("a hostile message comes whole, however large it is and whatever is said behind it")
    func huge() throws {
        let run = try run(
            "kraken --fault hostile@payload=huge,count=1",
            #"""
            upgrade /v2
            text='{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]}}'
            printf '\x81\xc7\0\0\0\0%s\x81\x91\0\0\0\0{"method":"ping"}' "$text" >&5
            head -c 17825792 <&5 | wc -c
            """#)
        #expect(run.text == "17825792\n", "\(run.text)\(run.errors)")
    }
}
