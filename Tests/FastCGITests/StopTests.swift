import Dispatch
import FastCGI
import Foundation
import Glibc
import Synchronization
import Testing

@testable import Harness

/// The end of a listener, and the fate of requests under way.
@Suite struct StopTests {
  private static let ok: Listener.Handler = { (exchange: consuming Exchange) in
    _ = try? exchange.reply(status: 200, body: Array("ok".utf8))
  }

  @Test func `a listener that nobody ever used ends`() throws {
    let service = try Service(threads: 16, Self.ok)
    service.stop()
    #expect(access(service.path, F_OK) != 0, "the socket that was made here is gone")
  }

  @Test func `it is known to accept while every thread is busy, and not once it has ended`() throws
  {
    let mayEnd = DispatchSemaphore(value: 0)
    let service = try Service(threads: 1) { (exchange: consuming Exchange) in
      mayEnd.wait()
      _ = try? exchange.reply(status: 200, body: [])
    }
    let client = try service.client()
    try client.beginRequest([("REQUEST_METHOD", "GET")])
    try client.endBody()
    try until("its thread is busy") { service.listener.counters.busy == 1 }
    for _ in 1...3 { #expect(service.listener.isAccepting(within: .seconds(60))) }
    mayEnd.signal()
    _ = try client.reply()
    service.stop()
    #expect(!service.listener.isAccepting(within: .milliseconds(50)))
  }

  @Test func `idle connections are closed, and nothing is left open`() throws {
    let service = try Service(Self.ok)
    let clients = try (0..<10).map { _ in try service.client() }
    for client in clients { #expect(try client.exchange().text == "ok") }
    service.stop()
    for client in clients { #expect(try client.isClosed()) }
    #expect(service.listener.counters.connections == 0)
  }

  @Test func `a request that runs is finished`() throws {
    let begun = DispatchSemaphore(value: 0)
    let mayEnd = DispatchSemaphore(value: 0)
    let service = try Service { (exchange: consuming Exchange) in
      begun.signal()
      mayEnd.wait()
      _ = try? exchange.reply(status: 200, body: Array("finished".utf8))
    }
    let client = try service.client()
    try client.beginRequest([("REQUEST_METHOD", "GET")])
    try client.endBody()
    begun.wait()
    #expect(!service.listener.stop(grace: .zero, deadline: .milliseconds(50)))
    mayEnd.signal()
    #expect(try client.reply().text == "finished")
    #expect(try client.isClosed(), "though it was to be kept")
    service.stop()
  }

  @Test func `a connection whose handler is at work when the grace ends is closed after it`() throws
  {
    let mayEnd = DispatchSemaphore(value: 0)
    let service = try Service { (exchange: consuming Exchange) in
      _ = try? exchange.reply(status: 200, body: Array("ok".utf8))
      mayEnd.wait()
    }
    let client = try service.client()
    #expect(try client.exchange().text == "ok", "while it runs, so that it is to be kept")
    #expect(!service.listener.stop(grace: .zero, deadline: .milliseconds(200)))
    mayEnd.signal()
    service.stop()
    #expect(try client.isClosed())
  }

  @Test func `a request on a kept connection is served during the grace`() throws {
    let service = try Service(Self.ok)
    let client = try service.client()
    #expect(try client.exchange().text == "ok")
    #expect(!service.listener.stop(grace: .seconds(3_600), deadline: .milliseconds(50)))
    #expect(try client.exchange().text == "ok")
    #expect(try client.isClosed())
    service.stop()
  }

  @Test func `the grace ends with the last connection`() throws {
    let service = try Service(Self.ok)
    do {
      let client = try service.client()
      #expect(try client.exchange().text == "ok")
    }
    #expect(service.listener.stop(grace: .seconds(3_600), deadline: .seconds(60)))
  }

  @Test func `what waits in the backlog of our own socket is served`() throws {
    let begun = DispatchSemaphore(value: 0)
    let mayEnd = DispatchSemaphore(value: 0)
    let service = try Service(threads: 1, connections: 1) { (exchange: consuming Exchange) in
      begun.signal()
      mayEnd.wait()
      _ = try? exchange.reply(status: 200, body: Array("ok".utf8))
    }
    let clients = try (0..<3).map { _ in try service.client() }
    for client in clients {
      try client.beginRequest([("REQUEST_METHOD", "GET")])
      try client.endBody()
    }
    begun.wait()
    #expect(!service.listener.stop(grace: .seconds(60), deadline: .milliseconds(50)))
    for _ in clients { mayEnd.signal() }
    for client in clients { #expect(try client.reply().text == "ok") }
    service.stop()
  }

  @Test func `the socket of systemd goes on to the next process, with what waits in it`() throws {
    let folder = try Folder(named: "systemd")
    defer { folder.remove() }
    let path = folder("s").path
    let systemd = try ListeningSocket.make(path: path)
    defer { systemd.close() }

    let first = try Listener(socket: .adopt(dup(systemd.descriptor)), threads: 2)
    try first.run(Self.ok)
    #expect(try FastCGIClient(path: path).exchange().text == "ok")
    #expect(first.stop(grace: .zero, deadline: .seconds(60)))

    let client = try FastCGIClient(path: path)
    try client.beginRequest([("REQUEST_METHOD", "GET")])
    try client.endBody()
    let second = try Listener(socket: .adopt(dup(systemd.descriptor)), threads: 2)
    try second.run(Self.ok)
    #expect(try client.reply().text == "ok")
    #expect(second.stop(grace: .zero, deadline: .seconds(60)))
  }

  // Many rounds, since the faults that this finds are rare.
  @Test(arguments: 0..<50) func `stopping under load breaks off no reply`(round: Int) throws {
    let service = try Service(threads: 4, Self.ok)
    let answered = Atomic(0)
    let path = service.path
    let group = DispatchGroup()
    for _ in 0..<16 {
      group.enter()
      Thread.detachNewThread {
        defer { group.leave() }
        guard let client = try? FastCGIClient(path: path) else { return }
        while let reply = try? client.exchange(), reply.text == "ok" {
          answered.add(1, ordering: .relaxed)
        }
      }
    }
    try until("requests were answered") { answered.load(ordering: .relaxed) > 200 + round }
    service.stop()
    group.wait()
    #expect(service.listener.counters.lostReplies == 0)
    #expect(service.listener.counters.requests == answered.load(ordering: .relaxed))
  }
}
