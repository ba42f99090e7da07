import CCurl

/// libcurl, which is loaded at its first use.
enum CurlLibrary {
  /// Why it can't be used.
  struct Missing: Error {
    let reason: String
  }

  /// The functions of libcurl.
  ///
  /// - Throws: `Missing`.
  static func functions() throws(Missing) -> UnsafePointer<curl_library> { try loaded.get() }

  nonisolated(unsafe) private static let loaded: Result<UnsafePointer<curl_library>, Missing> = {
    var reason: UnsafePointer<CChar>?
    guard let library = curl_load(&reason) else {
      return .failure(Missing(reason: reason.map { String(cString: $0) } ?? "it lacks a function"))
    }
    guard library.pointee.global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK else {
      return .failure(Missing(reason: "it can't be initialised"))
    }
    return .success(library)
  }()
}

/// A transfer of libcurl, or several one after the other, with the library's functions. What it
/// connected to stays open from one to the next.
///
/// Sendable without the compiler's check: the pointers never change, and libcurl lets a handle move
/// from thread to thread as long as one uses it at a time. `KeptConnections` hands each to one.
struct Handle: @unchecked Sendable {
  private let library: UnsafePointer<curl_library>
  private let multi: UnsafeMutableRawPointer
  private let curl: UnsafeMutableRawPointer

  /// Makes a transfer, which must be freed.
  ///
  /// - Throws: `CurlLibrary.Missing`.
  init() throws(CurlLibrary.Missing) {
    library = try CurlLibrary.functions()
    guard let curl = library.pointee.easy_init(), let multi = library.pointee.multi_init() else {
      throw CurlLibrary.Missing(reason: "it has no memory")
    }
    (self.curl, self.multi) = (curl, multi)
  }

  /// Forgets the settings of the last transfer, and keeps its connection.
  func reset() {
    _ = library.pointee.multi_remove_handle(multi, curl)
    library.pointee.easy_reset(curl)
  }

  func free() {
    _ = library.pointee.multi_remove_handle(multi, curl)
    library.pointee.easy_cleanup(curl)
    _ = library.pointee.multi_cleanup(multi)
  }

  func set(_ option: CURLoption, _ value: Int) { curl_set_number(library, curl, option, value) }

  func set(_ option: CURLoption, size: Int) {
    curl_set_size(library, curl, option, curl_off_t(size))
  }

  /// Sets a text, which is copied.
  func set(_ option: CURLoption, _ text: String) {
    text.withCString { curl_set_pointer(library, curl, option, $0) }
  }

  /// Sets bytes that are copied, or something that outlives the transfer.
  func set(_ option: CURLoption, pointer: UnsafeRawPointer?) {
    curl_set_pointer(library, curl, option, pointer)
  }

  func receive(_ option: CURLoption, by call: curl_write_callback) {
    curl_set_receiver(library, curl, option, call)
  }

  func open(by call: curl_opensocket_callback) { curl_set_opener(library, curl, call) }

  func number(_ info: CURLINFO) -> Int { curl_number(library, curl, info) }

  func size(_ info: CURLINFO) -> Int { Int(curl_size(library, curl, info)) }

  /// libcurl's words for a code.
  func words(_ code: CURLcode) -> String {
    library.pointee.easy_strerror(code).map { String(cString: $0) } ?? "\(code.rawValue)"
  }

  /// Runs the transfer to its end.
  ///
  /// - Parameter isStopping: whether to give the transfer up. It is asked every 200 ms.
  /// - Returns: the result; nil if it was given up.
  func run(until isStopping: () -> Bool) -> CURLcode? {
    let library = library.pointee
    _ = library.multi_add_handle(multi, curl)
    var running: Int32 = 1
    while true {
      guard library.multi_perform(multi, &running) == CURLM_OK else { return CURLE_OUT_OF_MEMORY }
      if running == 0 { break }
      if isStopping() { return nil }
      _ = library.multi_poll(multi, nil, 0, 200, nil)
    }
    var left: Int32 = 0
    while let message = library.multi_info_read(multi, &left) {
      if message.pointee.msg == CURLMSG_DONE { return message.pointee.data.result }
    }
    return CURLE_OUT_OF_MEMORY
  }

  /// Adds a text to a list.
  func append(_ text: String, to list: inout UnsafeMutablePointer<curl_slist>?) {
    list = library.pointee.slist_append(list, text)
  }

  func free(_ list: UnsafeMutablePointer<curl_slist>?) { library.pointee.slist_free_all(list) }
}
