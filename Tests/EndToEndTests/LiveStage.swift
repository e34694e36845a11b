import Foundation
import Support

/// A simulated exchange and an `ingest` that follows it, as shell functions: nothing waits by the clock, all wait for lines.
enum LiveStage {
    /// Runs a line behind the functions, in a folder of its own.
    static func run(_ line: String, seconds: Int = 50) throws -> Shell {
        try Shell.run(functions + line, in: try Places.scratch("live"), seconds: seconds)
    }

    private static let functions = #"""
        # Starts exchange; then `$(at VENUE)` is where a venue is, and `$(at ca)` what to trust.
        begin() {
          exec 8< <(exec exchange --state state "$@" 2> exchange.err); exchange=$!
          : > places; local line
          while read -r -u 8 line; do echo "$line" >> places; [[ $line != ca\ * ]] || return 0; done
          cat exchange.err; return 1
        }
        at() { awk -v venue="$1" '$1 == venue { print $2 }' places; }
        # Starts ingest on a venue; its frames go to NAME.frames, its events as JSON to descriptor 7.
        listen() {
          local name=$1 venue=$2; shift 2
          mkfifo lines
          env --default-signal ingest "$venue" --endpoint "$(at "$venue")" --ca "$(at ca)" "$@" 2> "$name.err" \
            > >(tee "$name.frames" | tap --json > lines) & ingest=$!
          exec 7< lines; rm lines
        }
        # Waits for so many events in which a pattern is.
        hear() { local count; count=$(grep -c -m "$1" -- "$2" <&7); [[ $count == "$1" ]] || echo "heard $count of $1 $2"; }
        # Ends ingest, with SIGTERM or another signal, waits for what it still tells, and prints its status.
        finish() {
          kill -${1:-TERM} $ingest; cat <&7 > rest & local rest=$!
          wait $ingest; echo $?; wait $rest; exec 7<&-
        }
        # Says words at a control socket, one command an argument, and prints the answers.
        say() {
          python3 - "$@" <<'END'
        import socket, sys
        door = socket.socket(socket.AF_UNIX)
        door.connect(sys.argv[1])
        answers = door.makefile("r")
        for words in sys.argv[2:]:
            door.sendall(words.encode() + b"\n")
            print(answers.readline().strip())
        END
        }
        leave() { kill $exchange; wait $exchange 2> /dev/null; exec 8<&-; }
        # What a witness says, as one line.
        witness() { tap "$1" --witness "$2" > verdict; local status=$?; tail -1 verdict; ((status == 0)) || cat verdict; }
        trap 'kill $exchange $ingest $other 2> /dev/null' EXIT
        exchange= ingest= other=

        """#
}
