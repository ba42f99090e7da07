import AdministrationMessages
import Bytes
import Dispatch
import FoundationEssentials
import Glibc

/// Takes questions from the pages over a socket: one question and one answer a connection.
///
/// A thread serves each connection, so that a peer that stalls holds up nobody else, and for ten
/// seconds at most. Few answers are made at the same time.
public final class QuestionSocket: Sendable {
  private let descriptor: Int32
  private let answer: @Sendable ([UInt8]) -> [UInt8]
  private let open = Mutex(0)
  private let turns = DispatchSemaphore(value: 8)
  private let stopped = Mutex(false)
  private let last = Mutex(ContinuousClock.now)

  /// The most connections. Further ones are closed at once.
  private static let most = 256
  /// How long a question may take to come, and an answer to be taken.
  private static let patience = Duration.seconds(10)

  /// Serves what `levelwind administer` answers.
  ///
  /// - Parameters:
  ///   - descriptor: a Unix socket that listens. Its mode and group say who may ask.
  ///   - administering: makes the answers.
  public convenience init(_ descriptor: Int32, _ administering: Administering) {
    self.init(descriptor) { administering.answer($0, at: Date()) }
  }

  /// Serves what `levelwind configure` answers.
  ///
  /// - Parameters:
  ///   - descriptor: as above.
  ///   - configuring: makes the changes.
  public convenience init(_ descriptor: Int32, _ configuring: Configuring) {
    self.init(descriptor) { configuring.answer($0, at: Date()) }
  }

  private init(
    _ descriptor: Int32,
    _ answer: @escaping @Sendable (AdministrationQuestion) -> AdministrationAnswer
  ) {
    self.descriptor = descriptor
    self.answer = { bytes in
      guard let question = AdministrationQuestion(bytes) else {
        return AdministrationAnswer(
          role: nil, .failed("the question isn't one that this version knows")
        ).bytes
      }
      return answer(question).bytes
    }
  }

  /// Serves until it is stopped, or nobody has asked for a while.
  ///
  /// - Parameter idle: how long to wait for a question; nil for ever.
  public func run(idle: Duration?) {
    while !stopped.withLock({ $0 }) {
      var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = Glibc.poll(&poll, 1, 500)
      if ready > 0 { take() }
      let since = ContinuousClock.now - last.withLock { $0 }
      if let idle, ready == 0, isQuiet, since > idle { return }
    }
    let end = ContinuousClock.now + Self.patience
    while !isQuiet, .now < end { usleep(10_000) }
  }

  private var isQuiet: Bool { open.withLock { $0 == 0 } }

  /// Takes no further question.
  public func stop() { stopped.withLock { $0 = true } }

  private func take() {
    let connection = accept(descriptor, nil, nil)
    guard connection >= 0 else {
      if errno == EMFILE || errno == ENFILE { usleep(50_000) }
      return
    }
    _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
    last.withLock { $0 = .now }
    guard open.withLock({ $0 < Self.most }) else {
      close(connection)
      return
    }
    open.withLock { $0 += 1 }
    let begun = NamedThread.begin("question") { [self] in
      serve(connection)
      close(connection)
      open.withLock { $0 -= 1 }
    }
    if begun != 0 {
      close(connection)
      open.withLock { $0 -= 1 }
    }
  }

  private func serve(_ connection: Int32) {
    let end = ContinuousClock.now + Self.patience
    guard let question = Self.read(connection, until: end) else { return }
    turns.wait()
    let bytes = answer(question)
    turns.signal()
    Self.write(bytes, to: connection, until: .now + Self.patience)
  }

  /// Reads to the end of the stream; nil if there is more than a question may have, or it doesn't
  /// end in time.
  private static func read(_ connection: Int32, until end: ContinuousClock.Instant) -> [UInt8]? {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16 << 10)
    while connection.isReady(for: POLLIN, until: end) {
      let count = recv(connection, &piece, piece.count, Int32(MSG_DONTWAIT))
      if count == 0 { return bytes }
      guard count > 0 else {
        if errno == EAGAIN || errno == EINTR { continue }
        return nil
      }
      bytes += piece[..<count]
      guard bytes.count <= AdministrationQuestion.mostBytes else { return nil }
    }
    return nil
  }

  private static func write(
    _ bytes: [UInt8], to connection: Int32, until end: ContinuousClock.Instant
  ) {
    var written = 0
    while written < bytes.count, connection.isReady(for: POLLOUT, until: end) {
      let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
      let count = bytes[written...].withUnsafeBytes {
        send(connection, $0.baseAddress, $0.count, flags)
      }
      if count > 0 {
        written += count
      } else if errno != EAGAIN, errno != EINTR {
        return
      }
    }
  }
}
