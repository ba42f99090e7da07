extension String {
  /// Without what ends a line, reaches a terminal, or ends the words of a monitoring plug-in.
  var oneLine: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          let category = scalar.properties.generalCategory
          let isUnsafe =
            scalar == "|"
            || [.control, .format, .lineSeparator, .paragraphSeparator]
              .contains(category)
          return isUnsafe ? " " : scalar
        }))
  }
}
