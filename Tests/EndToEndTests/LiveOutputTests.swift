import Foundation
import Support
import Testing

@Suite("what becomes of a live feed whose reader or disk fails", .timeLimit(.minutes(2)))
struct LiveOutputTests {
    @Test("the reader of a pipe is gone: one line, status 74")
    func gone() throws {
        let run = try LiveStage.run(
            """
            begin kraken --rate 500 || exit
            ingest kraken all --endpoint $(at kraken) --ca $(at ca) | head -c 20000 > some
            echo ${PIPESTATUS[@]}; wc -c < some
            """)
        #expect(run.text == "74 0\n20000\n", "\(run.text)")
        #expect(run.errors == "ingest: cannot write to standard output: its reader is gone\n")
    }

    @Test(
        "the reader of a market in which nothing happens is gone: that is noticed at once", arguments: ["", "--block"])
    func goneInSilence(_ option: String) throws {
        let run = try LiveStage.run(
            """
            begin kraken --rate 0 || exit
            mkfifo frames
            place="--endpoint $(at kraken) --ca $(at ca)"
            ingest kraken all $place --control door \(option) > frames 2> told & ingest=$!
            cat frames > heard & other=$!
            until [[ $(say door state 2> /dev/null) == 'ok ready'* ]]; do :; done
            kill -KILL $other; wait $ingest; echo $?; leave; cat told
            """)
        #expect(
            run.text == "74\ningest: cannot write to standard output: its reader is gone\n",
            "\(run.text)\(run.errors)")
    }

    @Test("so is that of a socket, and another one is looked for")
    func goneInSilenceFromSocket() throws {
        let server = """
            import socket
            listener = socket.socket(socket.AF_UNIX)
            listener.bind("place.socket")
            listener.listen()
            for turn in range(3):
                print("ready", flush=True)
                reader, _ = listener.accept()
                reader.recv(1 << 16)
                if turn == 0:
                    door = socket.socket(socket.AF_UNIX)
                    door.connect("door")
                    while True:
                        door.sendall(b"state\\n")
                        if b"ready" in door.recv(100): break
                reader.setblocking(False)
                try:
                    while reader.recv(1 << 16): pass
                except BlockingIOError: pass
                reader.close()
            print("done", flush=True)
            """
        let run = try LiveStage.run(
            """
            begin kraken --rate 0 || exit
            mkfifo told
            exec 6< <(exec python3 -c '\(server)'); other=$!
            read -r -u 6
            place="--endpoint $(at kraken) --ca $(at ca)"
            ingest kraken all $place --to unix:place.socket --control door 2> told & ingest=$!
            exec 9< told; grep -m 3 'the reader is gone' <&9
            kill -TERM $ingest; cat <&9 > rest & wait $ingest; echo $?; leave
            """)
        let line = "ingest: place.socket: the reader is gone; connecting again\n"
        #expect(run.text == "\(line)\(line)\(line)0\n", "\(run.text)\(run.errors)")
    }

    @Test(
        "a reader that stops: the connection lives, memory is flat, what was missed is told, and then all is right again"
    )
    func stopped() throws {
        let run = try LiveStage.run(
            """
            resident() { awk '/^VmRSS:/ { print $2 }' /proc/$1/status; }
            begin kraken --rate 3000 --witness witness.frames || exit
            mkfifo frames
            ingest kraken all --endpoint $(at kraken) --ca $(at ca) > frames 2> told & ingest=$!
            exec 6< frames
            grep -c -m 1 'is not read' < <(tail --pid $ingest -c +1 -f told)
            first=$(resident $ingest)
            tail -c +$(($(stat -c %s witness.frames) + 1)) -f witness.frames | head -c 1500000 | wc -c
            last=$(resident $ingest)
            # Under a sanitizer, which maps terabytes, memory is not what it is.
            mapped=$(awk '/^VmSize:/ { print $2 }' /proc/$ingest/status)
            ((mapped > 1000000000 || (last < 65536 && last < first + 4096))) || echo "from $first to $last KiB"
            head -c 5500000 <&6 > live.frames
            kill -TERM $ingest; cat <&6 >> live.frames & other=$!
            wait $ingest; echo $?; wait $other; leave
            tap live.frames --json --kind gap | grep '"channel":"book".*"reason":"slow"' | cut -d, -f3 | sort -u | wc -l
            tap live.frames --check | tail -1 | grep -c ', 0 faults'
            witness live.frames witness.frames
            awk 'NR == 2 { print ($8 > 0) }' verdict
            grep -c connection told
            """)
        #expect(run.text == "1\n1500000\n0\n5\n1\n0 differences\n1\n0\n", "\(run.text)\(run.errors)")
    }

    @Test("--to a socket whose server comes and goes: each reader gets a stream that begins with hello and whole books")
    func socket() throws {
        let server = """
            import socket, sys
            listener = socket.socket(socket.AF_UNIX)
            listener.bind("place.socket")
            listener.listen()
            for turn in ("one", "two"):
                print("ready", flush=True)
                reader, _ = listener.accept()
                with open(turn, "wb", buffering=0) as file:
                    while file.tell() < 100000:
                        file.write(reader.recv(1 << 16))
                reader.close()
            print("done", flush=True)
            """
        let run = try LiveStage.run(
            """
            begin kraken --rate 1000 --witness witness.frames || exit
            ingest kraken all --endpoint $(at kraken) --ca $(at ca) --to unix:place.socket 2> told & ingest=$!
            exec 6< <(exec python3 -c '\(server)'); other=$!
            grep -m 1 done <&6
            kill -TERM $ingest; wait $ingest; echo $?; leave
            for turn in one two; do
              tap $turn --json 2> /dev/null | jq -r .kind | head -1
              tap $turn --json 2> /dev/null | tap --from-json > $turn.frames
              tap $turn.frames --check | tail -1 | grep -c ', 0 faults'
              witness $turn.frames witness.frames
            done
            """)
        #expect(
            run.text == "done\n0\nhello\n1\n0 differences\nhello\n1\n0 differences\n", "\(run.text)\(run.errors)")
    }

    @Test("a full disk ends the recording with a line, not the feed")
    func full() throws {
        let run = try LiveStage.run(
            """
            begin kraken --rate 500 || exit
            listen live kraken all --record-raw /dev/full
            hear 500 '"kind"'; finish; leave; head -1 live.err
            """)
        #expect(run.text.hasPrefix("0\ningest: cannot write to /dev/full: No space left on device"), "\(run.text)")
        #expect(run.text.hasSuffix("the recording ends here, the feed goes on\n"), "\(run.text)")
    }

    @Test("--rotate begins a new recording, each of which can be read, and --keep removes old ones")
    func rotation() throws {
        let run = try LiveStage.run(
            """
            begin kraken --rate 300 || exit
            listen live kraken all --record-raw live.raw --rotate 1s --keep 1s
            hear 50 '"kind"'
            until set -- live.raw.*; [[ -e $1 ]]; do hear 20 '"kind"'; done
            while [[ -e $1 ]]; do hear 20 '"kind"'; done
            finish; leave
            for file in live.raw*; do head -1 $file | grep -c '"conn":"ingest"'; done | sort -u
            ingest kraken --from-raw $1 --quiet 2> /dev/null || echo removed
            """)
        #expect(run.text == "0\n1\nremoved\n", "\(run.text)\(run.errors)")
    }
}
