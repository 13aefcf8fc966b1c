internal import CMicroHTTPD

// libmicrohttpd's callbacks, all on the caller's thread inside `turn`.

/// The request line is there: the request's slot is filled with its exchange.
let handleBeginning:
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?) -> UnsafeMutableRawPointer? = {
        context, target, connection in
        guard let context = unsafe context, let target = unsafe target, let connection = unsafe connection else {
            return nil
        }
        let exchange = unsafe HTTPExchange(
            descriptor: pulse_http_socket(connection), target: String(cString: target))
        unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue().began(exchange)
        return unsafe Unmanaged.passRetained(exchange).toOpaque()
    }

let handleRequest: MHD_AccessHandlerCallback = {
    context, connection, url, method, version, upload, uploadSize, slot in
    guard let context = unsafe context, let connection = unsafe connection, let url = unsafe url,
        let method = unsafe method, let version = unsafe version, let uploadSize = unsafe uploadSize,
        let kept = unsafe slot?.pointee
    else {
        return pulse_http_no
    }
    let server = unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    let exchange = unsafe Unmanaged<HTTPExchange>.fromOpaque(kept).takeUnretainedValue()
    let call = unsafe HTTPCall(
        connection: connection, url: url, method: method, version: version, upload: upload, uploadSize: uploadSize)
    return unsafe server.proceed(exchange, call, on: connection)
}

let handleCompletion: MHD_RequestCompletedCallback = { context, _, slot, _ in
    guard let context = unsafe context, let slot = unsafe slot, let kept = unsafe slot.pointee else { return }
    let exchange = unsafe Unmanaged<HTTPExchange>.fromOpaque(kept).takeRetainedValue()
    unsafe slot.pointee = nil
    unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue().ended(exchange)
}

let handleConnection: MHD_NotifyConnectionCallback = { context, connection, _, what in
    guard let context = unsafe context, let connection = unsafe connection,
        pulse_http_is_close(what) != 0
    else {
        return
    }
    unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue().forget(pulse_http_socket(connection))
}
