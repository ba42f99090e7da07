import Fetching
import FoundationEssentials
import Glibc
import Importing
import Spooling
import Verification
import Webhooks

/// Opens the URLs by which senders have a subscription confirmed, on the hosts of their presets
/// alone.
struct OpeningWork: Work {
  let hosts: [String: [HostPattern]]
  let fetcher: Fetcher

  /// - Returns: an outcome whose reason leaves the URL out, since it holds a token.
  func run(_ claims: [Claim], until stop: StopRequest) -> Outcome {
    guard let bytes = try? claims[0].bytes(),
      let record = try? JSONDecoder().decode(OpenRecord.self, from: Data(bytes)),
      record.type == "levelwind.open"
    else { return .never("this isn't a record of a URL to open") }
    guard record.isAllowed(by: hosts) else {
      return .never("the URL's host isn't one of its sender's hosts")
    }
    do throws(FetchError) {
      _ = try fetcher.get(record.url)
      return .done
    } catch {
      if case .notFetched = error { return .never("the URL isn't an https URL on the usual port") }
      return .again(error.told(trustedBy: "levelwind postprocess --ca-file FILE"))
    }
  }
}
