import Fetching
import Foundation
import Importing
import Spooling
import Webhooks

/// Sends records to the server of a post-processor.
struct HTTPWork: Work {
  private let http: HTTPPostProcessor
  private let fetcher: Fetcher

  /// Makes the work of one post-processor.
  ///
  /// - Parameters:
  ///   - http: the post-processor, whose timeout and authorities count.
  ///   - fetcher: how to connect where the post-processor doesn't say.
  init(_ http: HTTPPostProcessor, through fetcher: Fetcher) {
    self.http = http
    var fetcher = fetcher
    fetcher.timeout = http.timeout
    if let authorities = http.authorities { fetcher.trust = authorities }
    self.fetcher = fetcher
  }

  func run(_ claims: [Claim], until stop: StopRequest) -> Outcome {
    do {
      let request = try request(for: claims[0])
      let reply = try fetcher.send(request, allowing: http.allows) {
        stop.deadline.map { .now >= $0 } ?? false
      }
      return Self.outcome(of: reply, at: Date())
    } catch FetchError.stopped {
      return .released
    } catch let error as UnmadeContent {
      return .again(error.reason)
    } catch FetchError.notPublic(let host) {
      return .again("\(FetchError.notPublic(host: host)); allow_private allows some")
    } catch FetchError.untrusted(let host) {
      return .again("\(FetchError.untrusted(host: host)); ca_file names another authority")
    } catch {
      return .again("\(error)")
    }
  }

  private func request(for claim: Claim) throws -> OutgoingRequest {
    let body = try http.content(of: try claim.bytes())
    var headers = http.headers
    if let signature = http.signature {
      guard let signed = signature.headers(id: claim.place.id, body: body, at: Date()) else {
        throw UnmadeContent(reason: "none of the secrets can sign: levelwind check says why")
      }
      headers += signed
    }
    return OutgoingRequest(http.method, http.url, headers: headers, body: body)
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
