import ArgumentParser
import Fetching
import Foundation
import Verification
import Webhooks

/// `levelwind postprocess`: does what the network is needed for, after a handshake was answered.
struct Postprocess: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Opens the URLs that senders want opened to confirm a subscription.",
    discussion: """
      Reads the records in the state directory, and opens each URL once with GET, on the hosts of the
      sender's preset alone: https, no redirects, no address that isn't public, 10 s at most. What
      fails is tried again by the next run, for three days, and then put into failed/ with the
      reason. At least once: an end at the wrong moment has a URL opened again. Exit 1 if one failed.
      """)

  @OptionGroup var configuration: ConfigurationOptions
  @OptionGroup var fetching: FetchingOptions

  /// How long a URL is tried: as long as AWS SNS keeps its tokens.
  private static let longest: TimeInterval = 3 * 86400

  func run() throws {
    let snapshot = try configuration.snapshot(readsSecrets: false)
    var failed = false
    for records in snapshot.openRecords {
      for (name, record) in records.waiting() {
        guard let reason = open(record, in: records) else {
          records.remove(name)
          print("\(records.webhook): opened for \(record.sender)")
          continue
        }
        failed = true
        FileHandle.standardError.write(Data("\(records.webhook): \(name): \(reason)\n".utf8))
        if !records.allows(record) || age(of: record) > Self.longest {
          try records.giveUp(name, reason)
        }
      }
    }
    if failed { throw ExitCode(1) }
  }

  /// - Returns: why it was not opened; nil if it was. The URL is not in it, for it holds a token.
  private func open(_ record: OpenRecord, in records: OpenRecords) -> String? {
    guard records.allows(record) else { return "the URL is on none of its sender's hosts" }
    do throws(FetchError) {
      _ = try fetching.fetcher.get(record.url)
      return nil
    } catch {
      if case .notFetched = error { return "the URL is no https URL on the usual port" }
      return "\(error)"
    }
  }

  private func age(of record: OpenRecord) -> TimeInterval {
    RFC3339.moment(Array(record.time.utf8)).map { Date().timeIntervalSince($0) } ?? 0
  }
}
