/// The style of all pages, in light and in dark, for narrow and wide screens, and for paper.
enum Style {
  static let text = """
    :root {
      color-scheme: light dark;
      --text: #1b1f24; --faint: #4f5862; --page: #ffffff; --panel: #f3f5f7; --line: #c9d0d8;
      --link: #0a58ca; --good: #176b33; --warn: #7d5100; --bad: #b3202c; --focus: #0a58ca;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --text: #e6e9ed; --faint: #aab4c0; --page: #14181d; --panel: #1f252c; --line: #3d4650;
        --link: #84b6ff; --good: #62d08a; --warn: #f0b94d; --bad: #ff8f8f; --focus: #84b6ff;
      }
    }
    * { box-sizing: border-box }
    body { margin: 0; background: var(--page); color: var(--text);
      font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word }
    a { color: var(--link) }
    :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px }
    main:focus { outline: none }
    .skip { position: absolute; left: -999rem }
    .skip:focus { position: static; display: inline-block; padding: .5rem 1rem }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden;
      clip-path: inset(50%); white-space: nowrap }
    header { display: flex; flex-wrap: wrap; gap: .25rem 2rem; align-items: baseline;
      padding: .5rem 1rem; background: var(--panel); border-bottom: 1px solid var(--line) }
    .brand { margin: 0; font-weight: 700 }
    .brand a { color: inherit; text-decoration: none }
    header ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap;
      gap: .25rem 1rem; align-items: baseline }
    header nav > ul { gap: .25rem 1.5rem }
    header li { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline }
    header li > span { color: var(--faint) }
    header nav a { display: inline-block; padding: .3rem 0; min-height: 1.5rem }
    header a[aria-current] { color: inherit; font-weight: 700; text-decoration: none;
      border-bottom: 3px solid var(--link) }
    main { max-width: 80rem; margin: 0 auto; padding: 1rem }
    footer { max-width: 80rem; margin: 0 auto; padding: 0 1rem 1rem; color: var(--faint) }
    h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0 1rem; overflow-wrap: anywhere }
    h3 { font-size: 1rem; margin: 1rem 0 .25rem }
    h2 { font-size: 1.2rem; margin: 1.75rem 0 .5rem }
    .trail { list-style: none; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .25rem }
    .trail li::after { content: " / "; color: var(--faint) }
    .lead { color: var(--faint); margin-top: -.5rem }
    dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .3rem 1.5rem;
      margin: 0 0 1rem }
    dt { color: var(--faint) }
    dd { margin: 0; overflow-wrap: anywhere; min-width: 0 }
    .wide { overflow-x: auto; position: relative; margin: 0 0 1rem }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
    caption { text-align: left; color: var(--faint); padding: .25rem 0 }
    th, td { text-align: left; vertical-align: top; padding: .4rem 1rem .4rem 0;
      border-bottom: 1px solid var(--line) }
    thead th { color: var(--faint); font-weight: 600; white-space: nowrap }
    tbody th { font-weight: 600; overflow-wrap: anywhere; min-width: 7rem }
    .number { text-align: right }
    td time, th time { white-space: nowrap }
    td a, th a { display: inline-block; min-height: 1.5rem }
    .id { font-family: ui-monospace, monospace; font-size: .9em; font-weight: normal;
      overflow-wrap: anywhere }
    .faint { color: var(--faint); font-weight: normal; display: block }
    .tag { display: inline-block; padding: 0 .5rem; border: 1px solid currentColor;
      border-radius: 1rem; font-size: .9em; font-weight: 600; white-space: nowrap }
    .good { color: var(--good) } .warn { color: var(--warn) } .bad { color: var(--bad) }
    code, pre { font-family: ui-monospace, monospace; font-size: .9em }
    code { background: var(--panel); padding: .1rem .3rem; border-radius: .25rem;
      overflow-wrap: anywhere; -webkit-box-decoration-break: clone; box-decoration-break: clone }
    pre { background: var(--panel); padding: .75rem; border: 1px solid var(--line);
      white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 1rem }
    .filter { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end;
      background: var(--panel); padding: .75rem 1rem; margin: 0 0 1rem;
      border: 1px solid var(--line); border-radius: .25rem }
    .filter p { margin: 0; display: flex; flex-direction: column; flex: 0 1 12rem; min-width: 0 }
    .filter p:last-child { flex-direction: row; gap: 1rem; align-items: center; flex-basis: auto }
    .hint { color: var(--faint); font-size: .85rem }
    input, select, button { font: inherit; color: var(--text); background: var(--page);
      border: 1px solid var(--faint); border-radius: .25rem; padding: .3rem .5rem;
      min-height: 2.2rem; max-width: 100%; min-width: 0 }
    button { cursor: pointer; font-weight: 600; padding: .3rem 1rem }
    button.warning { color: var(--bad); border-color: var(--bad) }
    .action, .actions { margin: 0 0 1rem }
    .actions { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center }
    .choose { display: inline-flex; align-items: center; gap: .5rem; min-height: 1.5rem }
    .choose input { min-height: 1.5rem; min-width: 1.5rem }
    textarea { font: inherit; font-family: ui-monospace, monospace; font-size: .9em; width: 100%;
      color: var(--text); background: var(--page); border: 1px solid var(--faint);
      border-radius: .25rem; padding: .5rem; min-height: 6rem }
    .action label { display: block } .action label, .action input { margin-right: .5rem }
    .action input[type=checkbox] { min-height: 1.5rem; min-width: 1.5rem; vertical-align: middle }
    .action input[type=checkbox] + label { display: inline }
    .fields p { max-width: 46rem } .fields label, .fields legend { font-weight: 600 }
    .fields p:not(.box):not(.actions) { display: flex; flex-direction: column }
    .box { display: flex; gap: .5rem; align-items: center } .box label { font-weight: normal }
    .box input { min-height: 1.5rem; min-width: 1.5rem }
    fieldset { border: 1px solid var(--line); max-width: 46rem; margin: 0 0 1rem }
    .columns ul { columns: 16rem; padding: 0; list-style: none } .secrets { padding: 0;
      list-style: none }
    .copy { display: flex; flex-wrap: wrap; gap: .5rem; max-width: 46rem }
    .copy input { flex: 1 1 14rem; font-family: ui-monospace, monospace; font-size: .9em }
    .pager { list-style: none; display: flex; flex-wrap: wrap; gap: 1.5rem; padding: 0 }
    .tabs { list-style: none; display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; padding: 0 }
    .tabs a[aria-current] { color: inherit; font-weight: 700; text-decoration: none;
      border-bottom: 3px solid var(--link) }
    .problem { border: 3px solid var(--bad); padding: .75rem 1rem; margin: 0 0 1rem }
    .problem h2 { margin-top: 0 }
    .error { color: var(--bad); font-weight: 600 }
    [aria-invalid] { border: 2px solid var(--bad) }
    .notice { border-left: 5px solid var(--link); background: var(--panel); padding: .5rem 1rem;
      margin: 0 0 1rem }
    .findings { list-style: none; padding: 0 }
    .findings li { margin-bottom: 1rem }
    .same { margin-top: 2.5rem; border-top: 1px solid var(--line) }
    .same ul { list-style: none; padding: 0; display: grid; gap: .3rem }
    .chart { display: block; width: 100%; max-width: 46rem; height: auto }
    .chart text { fill: var(--faint); font: 12px system-ui, sans-serif }
    .chart .axis { stroke: var(--line) }
    .chart .s0 { fill: var(--good) } .chart .s1 { fill: var(--faint) }
    .chart .s2 { fill: var(--warn) } .chart .s3 { fill: var(--bad) }
    details { margin: 0 0 1rem } summary { cursor: pointer; padding: .25rem 0 }
    @media (max-width: 40rem) {
      dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .5rem }
      .filter p { flex: 1 1 100% }
      td:not(.number) { min-width: 6rem }
    }
    @media print { header, .filter, .skip, .pager, button { display: none } }

    """
}
