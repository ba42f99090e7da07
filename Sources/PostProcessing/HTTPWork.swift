import Fetching
import FoundationEssentials
import Importing
import Spooling
import Webhooks

/// Sends records to the server of a post-processor.
struct HTTPWork: Work {
  private let requests: any RecordRequests
  private let fetcher: Fetcher

  /// Makes the work of one post-processor.
  ///
  /// - Parameters:
  ///   - requests: makes the requests; its timeout and authorities count.
  ///   - fetcher: how to connect where `requests` doesn't say.
  init(_ requests: some RecordRequests, through fetcher: Fetcher) {
    self.requests = requests
    var fetcher = fetcher
    fetcher.timeout = requests.timeout
    if let authorities = requests.authorities { fetcher.trust = authorities }
    self.fetcher = fetcher
  }

  func run(_ claims: [Claim], until stop: StopRequest) -> Outcome {
    do {
      let request = try requests.request(
        of: try claims[0].bytes(), id: claims[0].place.id, at: Date())
      let outgoing = OutgoingRequest(
        request.method, request.url, headers: request.headers, body: request.body)
      let reply = try fetcher.send(outgoing, allowing: requests.allows) {
        stop.deadline.map { .now >= $0 } ?? false
      }
      return Self.outcome(of: reply, at: Date())
    } catch FetchError.stopped {
      return .released
    } catch let error as UnmadeRequest {
      return .again(error.reason)
    } catch FetchError.notPublic(let host) {
      return .again(
        "\(FetchError.notPublic(host: host)); allow_private lists private addresses "
          + "that are allowed")
    } catch let error as FetchError {
      return .again(error.told(trustedBy: "ca_file: FILE"))
    } catch {
      return .again("\(error)")
    }
  }

  /// Returns what an answer means for the record.
  static func outcome(of reply: OutgoingReply, at now: Date) -> Outcome {
    let said = Self.firstWords(reply.body)
    let reason = "answered \(reply.status)"
    return switch reply.status {
    case 200...299: .done
    case 300...399: .never(reason + ", and no redirect is followed" + said)
    case 408, 429, 500...599:
      .again(reason + said, after: RetryAfter.wait(reply.retryAfter, at: now) ?? .zero)
    default: .never(reason + said)
    }
  }

  /// Returns the first 1,000 bytes of a server's answer for people, on lines of their own.
  private static func firstWords(_ body: [UInt8]) -> String {
    let text = String(decoding: body.prefix(1000), as: UTF8.self)
    return text.isEmpty ? "" : "\n" + text
  }
}
