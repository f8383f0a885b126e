/// The style sheet of the pages: light by default, dark where the viewer asks for it, dark on white in
/// print.
enum PageStyle {
  static let css = """
    :root{--ground:#ffffff;--raised:#f6f7f9;--text:#1c2128;--muted:#59626e;--line:#dfe3e8;
      --good:#0b6e4f;--good-ground:#e5f4ee;--bad:#a3271b;--bad-ground:#fdeceb}
    @media (prefers-color-scheme:dark){:root{--ground:#14181d;--raised:#1b2127;--text:#e6e9ed;
      --muted:#a3abb5;--line:#2f363f;--good:#58d3a5;--good-ground:#12312a;--bad:#ff9d91;
      --bad-ground:#3d1c1a}}
    *{box-sizing:border-box}
    body{margin:0 auto;padding:2rem 1.25rem 4rem;max-width:76rem;background:var(--ground);
      color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",
      "Noto Sans",Arial,"DejaVu Sans",sans-serif}
    h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}
    h2{font-size:1.15rem;margin:2.25rem 0 .5rem}
    p{margin:.4rem 0}
    .muted{color:var(--muted)}
    .verdict{display:inline-block;margin:.9rem 0 .3rem;padding:.35rem .8rem;border-radius:.4rem;
      font-weight:650;font-size:1.1rem}
    .good{color:var(--good);background:var(--good-ground)}
    .bad{color:var(--bad);background:var(--bad-ground)}
    .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:.75rem;
      margin:1rem 0 0;padding:0}
    .figures div{border:1px solid var(--line);border-radius:.4rem;padding:.6rem .8rem;
      background:var(--raised)}
    .figures dt{color:var(--muted);font-size:.85rem}
    .figures dd{margin:0;font-size:1.3rem;font-variant-numeric:tabular-nums}
    .scroll{overflow-x:auto;width:fit-content;max-width:100%;border:1px solid var(--line);border-radius:.4rem}
    table{border-collapse:collapse;min-width:min(32rem,80vw);font-size:.9rem;font-variant-numeric:tabular-nums}
    caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    th,td{padding:.35rem .7rem;text-align:left;vertical-align:top;
      border-bottom:1px solid var(--line);font-weight:400}
    thead th{background:var(--raised);color:var(--muted);font-size:.82rem;white-space:nowrap}
    tbody tr:last-child th,tbody tr:last-child td{border-bottom:0}
    .number{text-align:right;white-space:nowrap}
    .words{min-width:8rem;overflow-wrap:anywhere}
    .fails th,.fails td{color:var(--bad);background:var(--bad-ground)}
    .maps{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1rem}
    .maps svg{max-width:100%;height:auto;border:1px solid var(--line);border-radius:.4rem}
    footer{margin-top:3rem;color:var(--muted);font-size:.85rem}
    @media print{:root{--ground:#fff;--raised:#fff;--text:#000;--muted:#444;--line:#bbb;
      --good:#0b6e4f;--good-ground:#fff;--bad:#a3271b;--bad-ground:#fff}
      body{max-width:none;padding:0;font-size:10pt}
      .scroll{overflow:visible;border:0}
      .verdict{border:1pt solid;padding:.2rem .6rem}
      h2{break-after:avoid}tr,.maps svg,.figures div{break-inside:avoid}
      .maps{grid-template-columns:1fr 1fr}thead{display:table-header-group}}
    """
}
