/// Publishing a batch, or a portion of what is set aside.
extension Publisher {
  /// Publishes a portion of the work; a small one if it is urgent.
  ///
  /// - Returns: whether something was published.
  func publish(isUrgent: Bool) -> Bool {
    let batches = room.unpublished.take(for: home, isUrgent: isUrgent, .now)
    var isDone = false
    if !batches.isEmpty {
      let publish = { () -> Bool in self.publish(batches) }
      isDone = volume?.working(publish) ?? publish()
    }
    for spool in room.unpublished.spoolsAside(of: home, .now) {
      let publish = { () -> Bool in self.publishAside(of: spool) }
      let isOneDone = volume?.working(publish) ?? publish()
      isDone = isDone || isOneDone
    }
    if isDone { room.onProgress() }
    return isDone
  }

  private func publish(_ batches: [Unpublished.Batch]) -> Bool {
    var begun: [Unpublished.Batch] = []
    var publications: [Publication] = []
    for batch in batches {
      do throws(SpoolError) {
        guard let spool = try open(batch.spool) else {
          room.unpublished.giveBack(batch)
          continue
        }
        publications.append(Publication(try Self.entries(of: batch), in: spool, onStep: step))
        begun.append(batch)
      } catch {
        fail(batch, error, isHalfWay: false)
      }
    }
    Publication.complete(&publications, onStep: step)
    var isDone = false
    for (batch, publication) in zip(begun, publications) {
      if let error = publication.failure {
        fail(batch, error, isHalfWay: publication.isHalfWay)
      } else {
        isDone = true
        room.set.noteSuccess(of: batch.spool)
        forgetAside(room.unpublished.end(batch).map { ($0.name, $0.size) }, of: batch.spool)
      }
    }
    return isDone
  }

  /// Tells that this publisher gets on.
  private func step() { room.unpublished.noteStep(of: home) }

  /// Publishes one portion of a spool's tasks that are set aside.
  ///
  /// - Returns: whether they were published.
  private func publishAside(of identifier: SpoolID) -> Bool {
    do throws(SpoolError) {
      guard let aside = room.aside(), let spool = try open(identifier) else { return false }
      let (most, bytes) = room.unpublished.portion(of: identifier)
      let tasks: [SetAside.Task]
      let entries: [Commit.Entry]
      do throws(SystemError) {
        tasks = Unpublished.portion(
          of: try aside.tasks(of: identifier), most, bytes: bytes, \.bytes)
        entries = try aside.entries(tasks, of: identifier)
      } catch {
        throw .log(error)
      }
      var publications = [Publication(entries.map { ($0, true) }, in: spool, onStep: step)]
      Publication.complete(&publications, onStep: step)
      if let failure = publications[0].failure { throw failure }
      room.unpublished.note(.success(()), aside: identifier, .now)
      room.set.noteSuccess(of: identifier)
      forgetAside(tasks, of: identifier)
      return true
    } catch {
      room.set.note(error)
      room.unpublished.note(.failure(error), aside: identifier, .now)
      return false
    }
  }

  /// Removes tasks that are in their spool from what is set aside.
  private func forgetAside(_ tasks: [SetAside.Task], of spool: SpoolID) {
    guard !tasks.isEmpty, let aside = room.aside() else { return }
    do {
      try aside.remove(tasks.map(\.name), of: spool)
      room.unpublished.forget(aside: tasks, of: spool)
    } catch {
      // The next look counts what is left.
    }
  }

  private func fail(_ batch: Unpublished.Batch, _ error: SpoolError, isHalfWay: Bool) {
    room.set.note(error)
    room.unpublished.fail(batch, error, isHalfWay: isHalfWay, .now)
  }

  /// Opens a spool; nil if it was handed over to the publisher of another file system.
  private func open(_ identifier: SpoolID) throws(SpoolError) -> Spool? {
    let spool = try room.set.spool(identifier)
    if spool.volume === volume { return spool }
    room.hand(identifier, spool.volume)
    return nil
  }

  private static func entries(
    of batch: Unpublished.Batch
  ) throws(SpoolError) -> [(entry: Commit.Entry, isUncertain: Bool)] {
    do throws(SystemError) {
      let entries = try LoggedTask.entries(of: batch.tasks)
      return zip(entries, batch.tasks).map { ($0, $1.isUncertain) }
    } catch {
      throw .log(error)
    }
  }
}
