import CCurl
import Host
import Units

/// A multi handle of libcurl, driven by the loop's epoll.
///
/// libcurl says from inside its calls which descriptors it wants to be woken for; this is noted and given to the `Poll` after
/// the call. Why `unsafe` is sound here: `pointer` lives from `init` to `deinit`; libcurl calls back only from inside its own
/// calls, which all are made by methods of `self`, or while a handle of it is cleaned up, which its owner does before.
@safe
final class CurlMulti {
    private let pointer: UnsafeMutableRawPointer
    private var wishes: [Wish] = []
    /// Descriptors that libcurl has closed since they were last asked for.
    private(set) var closed: [Int32] = []

    private struct Wish {
        var descriptor: Int32
        /// Empty: to be watched no more.
        var interest: Poll.Interest
    }

    /// - Parameter connections: kept open at most.
    init?(connections: Int) {
        guard let made = unsafe curl_multi_init() else { return nil }
        unsafe pointer = made
        let own = unsafe Unmanaged.passUnretained(self).toOpaque()
        _ = unsafe penstock_curlm_set_number(pointer, CURLMOPT_MAXCONNECTS, connections)
        _ = unsafe penstock_curlm_set_watch(
            pointer,
            { _, socket, what, state, _ in
                guard let state = unsafe state else { return 0 }
                unsafe Unmanaged<CurlMulti>.fromOpaque(state).takeUnretainedValue().wish(socket, what)
                return 0
            }, own)
    }

    deinit { unsafe curl_multi_cleanup(pointer) }

    private func wish(_ descriptor: Int32, _ what: Int32) {
        var interest: Poll.Interest = []
        if what == CURL_POLL_IN || what == CURL_POLL_INOUT { interest.insert(.read) }
        if what == CURL_POLL_OUT || what == CURL_POLL_INOUT { interest.insert(.write) }
        wish(descriptor, interest)
    }

    /// Only the last wish counts: a descriptor may have been closed, and its number be in use again, within one call.
    private func wish(_ descriptor: Int32, _ interest: Poll.Interest) {
        wishes.removeAll { $0.descriptor == descriptor }
        wishes.append(Wish(descriptor: descriptor, interest: interest))
    }

    /// Tells the `Poll` what libcurl wants, under `token` and the descriptor.
    func apply(to poll: inout Poll, token: UInt64) throws(Failure) {
        for wish in wishes {
            // Not changed but added anew, since the number may mean another socket than it did.
            poll.remove(wish.descriptor)
            guard !wish.interest.isEmpty else { continue }
            try poll.add(wish.descriptor, token: token | UInt64(UInt32(bitPattern: wish.descriptor)), wish.interest)
        }
        wishes.removeAll(keepingCapacity: true)
    }

    func forgetClosed() { closed.removeAll(keepingCapacity: true) }

    /// Lets the handle's sockets be closed here, so that it is known which are gone.
    func watchClosing(of handle: CurlHandle) {
        let own = unsafe Unmanaged.passUnretained(self).toOpaque()
        handle.keep(
            unsafe penstock_curl_set_close(
                handle.pointer,
                { state, socket in
                    if let state = unsafe state {
                        let multi = unsafe Unmanaged<CurlMulti>.fromOpaque(state).takeUnretainedValue()
                        multi.wish(socket, [])
                        multi.closed.append(socket)
                    }
                    _ = Descriptor(socket)
                    return 0
                }, own))
    }

    /// Begins; false when libcurl refuses, which it does only for want of memory.
    func add(_ handle: CurlHandle) -> Bool { unsafe curl_multi_add_handle(pointer, handle.pointer) == CURLM_OK }

    /// Ends what the handle does; what libcurl would keep of a connection that is not whole is closed.
    func remove(_ handle: CurlHandle) { _ = unsafe curl_multi_remove_handle(pointer, handle.pointer) }

    /// A descriptor became ready.
    func act(on descriptor: Int32, _ ready: Poll.Ready) {
        var bits: Int32 = 0
        if ready.isReadable { bits |= CURL_CSELECT_IN }
        if ready.isWritable { bits |= CURL_CSELECT_OUT }
        if ready.isHungUp { bits |= CURL_CSELECT_ERR }
        var running: Int32 = 0
        _ = unsafe curl_multi_socket_action(pointer, descriptor, bits, &running)
    }

    /// A time came.
    func act() {
        var running: Int32 = 0
        _ = unsafe curl_multi_socket_action(pointer, -1, 0, &running)
    }

    /// In how many milliseconds libcurl wants to be called; nil: not by itself.
    ///
    /// Asked, and not told by its callback: that one says a time once, and nothing more when it was called a little early.
    var waiting: Int? {
        var milliseconds = -1
        _ = unsafe curl_multi_timeout(pointer, &milliseconds)
        return milliseconds < 0 ? nil : milliseconds
    }

    /// Tells which handles have ended since the last time, and how.
    func drainEnded(_ body: (CurlHandle.Identity, CURLcode) -> Void) {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(pointer, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            guard let handle = unsafe penstock_curl_message_handle(message) else { continue }
            unsafe body(CurlHandle.Identity(handle), penstock_curl_message_result(message))
        }
    }
}
