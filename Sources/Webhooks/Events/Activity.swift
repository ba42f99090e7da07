import Foundation
import Synchronization

/// What was seen of each webhook. It begins with what an earlier process kept, and is kept by the
/// process that it lives in, not by the deliveries that it is told of.
public final class Activity: Sendable {
  private struct State {
    var webhooks: [String: WebhookActivity]
    var isChanged = false
  }
  private let state: Mutex<State>

  /// - Parameter webhooks: what was kept earlier, by identifier.
  public init(_ webhooks: [String: WebhookActivity] = [:]) {
    state = Mutex(State(webhooks: webhooks))
  }

  /// What was seen until now, by identifier.
  public var webhooks: [String: WebhookActivity] { state.withLock { $0.webhooks } }

  /// What was seen until now, if anything was since the last call; else nil.
  public func changes() -> [String: WebhookActivity]? {
    state.withLock { state in
      defer { state.isChanged = false }
      return state.isChanged ? state.webhooks : nil
    }
  }

  /// Counts the secrets that verified a request, each once, whatever became of it afterwards: that
  /// its sender uses them is what an administrator wants to know.
  func note(_ decision: Decision, at now: Date) {
    guard let webhook = decision.webhook?.identifier.text else { return }
    let names = Set(
      decision.steps.compactMap { step in
        switch step.outcome {
        case .passed(let proof): proof.secretName
        case .answered(let name): name
        case .failed, .observed: nil
        }
      })
    guard !names.isEmpty else { return }
    state.withLock { state in
      for name in names {
        state.webhooks[webhook, default: WebhookActivity()].noteMatch(of: name, at: now)
      }
      state.isChanged = true
    }
  }
}
