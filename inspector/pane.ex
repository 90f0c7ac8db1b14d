defmodule Playground.Inspector.HTML do
  use Phoenix.Component

  alias Phoenix.LiveView.JS

  @tabs [streams: "Streams", assigns: "Assigns", page: "Page", frames: "Frames", console: "Console"]

  def pane(assigns) do
    assigns = assign(assigns, :tabs, @tabs)

    ~H"""
    <section class="inspector" aria-label="Inspector">
      <header class="timeline-head">
        <h2>Timeline</h2>
        <button class="quiet" phx-click="follow" aria-pressed={to_string(@follow)}>follow</button>
        <button class="quiet" phx-click="clear">clear</button>
      </header>
      <ol id="timeline" class="timeline" phx-update="stream" phx-hook="Timeline" aria-label="Transactions, oldest first">
        <li :for={{dom_id, tx} <- @streams.timeline} id={dom_id}>
          <button
            class={["tx", "tx-" <> tx.trigger, tx.crashed && "crashed"]}
            phx-click="select"
            phx-value-id={tx.id}
            aria-pressed={to_string(tx.selected)}
            tabindex={if tx.selected, do: "0", else: "-1"}
            aria-label={tx.title}
            title={tx.title}
          >
            <i style={"block-size: #{tx.height}px"}></i>
            <span class="who">{tx.client}</span>
            <span class="what"><b :if={tx.sign}>{tx.sign}</b>{tx.short}</span>
          </button>
        </li>
      </ol>
      <p class="sr-only" role="status">{@said}</p>
      <p :if={@count == 0} class="hint">Nothing has happened yet. Do something on the stage.</p>
      <div :if={@tx} class="detail">
        <.summary tx={@tx} />
        <nav id="inspector-tabs" class="tabs" aria-label="What to show" phx-hook="Tabs">
          <button
            :for={{key, name} <- @tabs}
            phx-click="tab"
            phx-value-tab={key}
            aria-current={@tab == to_string(key) && "true"}
          >
            {name}<span :if={@tx.counts[key]} class="count">{@tx.counts[key]}</span>
          </button>
        </nav>
        <div class="tab" tabindex="0" role="region" aria-label={"Details of transaction #{@tx.id}"}>
          <.stream :for={s <- @tx.streams} :if={@tab == "streams"} :key={s.key} stream={s} />
          <p :if={@tab == "streams" and @tx.streams == []} class="hint">{@tx.no_streams}</p>
          <.assigns_table :if={@tab == "assigns"} groups={@tx.assigns} />
          <.page :if={@tab == "page"} reports={@tx.reports} />
          <.frame :for={f <- @tx.frames} :if={@tab == "frames"} :key={f.n} frame={f} />
          <p :if={@tab == "frames" and @tx.frames == []} class="hint">
            No frame: nothing went over the socket.
          </p>
          <.console :if={@tab == "console"} lines={@console} />
        </div>
      </div>
    </section>
    """
  end

  attr :tx, :map, required: true

  defp summary(assigns) do
    ~H"""
    <div class={["summary", @tx.crash && "crashed"]}>
      <h3>
        <span class="number">#{@tx.id}</span>
        <span class="client">{@tx.client}</span>
        {@tx.label}
        <small>{@tx.sent} · {@tx.took}</small>
      </h3>
      <p :if={@tx.crash} class="crash" role="alert">
        The process of this view crashed{@tx.crash_place}. {@tx.crash_after}
      </p>
      <pre :if={@tx.crash} class="crash" tabindex="0">{@tx.crash}</pre>
      <details :for={c <- @tx.callbacks} id={"callback-#{@tx.id}-#{c.n}"} phx-mounted={JS.ignore_attributes("open")}>
        <summary title={c.where}><code>{c.name}</code><small>{c.took}{c.place}</small></summary>
        <dl>
          <div :for={a <- c.args}>
            <dt>{a.name}</dt>
            <dd><pre tabindex="0">{a.value}</pre></dd>
          </div>
          <div>
            <dt>returned</dt>
            <dd><pre tabindex="0">{c.result}</pre></dd>
          </div>
        </dl>
      </details>
    </div>
    """
  end

  attr :stream, :map, required: true

  defp stream(assigns) do
    ~H"""
    <article class="stream" data-stream={@stream.name}>
      <h4>
        <code>{@stream.title}</code>
        <span class="tag nop">ref {@stream.ref}</span>
        <span :if={@stream.reset} class="tag mov">reset</span>
        <span :if={!@stream.touched} class="tag nop">nothing pending</span>
      </h4>
      <div class="lanes" role="table" aria-label={"Ledger of #{@stream.title}"}>
        <div class="lane-head" role="row">
          <span role="columnheader">pending in the socket</span>
          <span role="columnheader">on the wire</span>
          <span role="columnheader">in the page</span>
        </div>
        <div :for={op <- @stream.ops} class="lane-row" role="row">
          <div role="cell" class={["cell", op.pending != [] && op.tone]}>
            <.bits list={op.pending} />
            <small>{op.kind}</small>
          </div>
          <div role="cell" class={["cell", op.wire != [] && op.tone]}>
            <.bits list={op.wire} />
            <small>{op.row}</small>
          </div>
          <div role="cell" class={["cell", op.dom_tone]}>
            <p :for={d <- op.dom}><b>{d.icon} #{d.id}</b> <small>{d.reason}</small></p>
            <small :if={op.dom == []}>{op.silence}</small>
          </div>
        </div>
        <div :if={@stream.more} class="lane-more" role="row"><span role="cell">{@stream.more}</span></div>
        <div class="flush" role="row"><span role="cell">flush</span></div>
        <div class="lane-row after" role="row">
          <div role="cell" class="cell">
            <code :if={@stream.held >= 0}>inserts: {if @stream.held == 0, do: "[]", else: "…"}<br />deletes: []</code>
            <small :if={@stream.held >= 0}>server holds {@stream.held_items}</small>
            <small :if={@stream.held < 0}>the render did not happen</small>
          </div>
          <div role="cell" class="cell">
            <code :if={@stream.reset and @stream.wire}>reset: true</code>
            <small>{@stream.wire_bytes}</small>
          </div>
          <div role="cell" class="cell">
            <small>{@stream.page}</small>
          </div>
        </div>
      </div>
      <details id={"struct-#{@stream.key}"} open phx-mounted={JS.ignore_attributes("open")}>
        <summary>the struct, before and after the flush</summary>
        <div class="structs">
          <figure>
            <figcaption>pending</figcaption>
            <pre class="pending" tabindex="0">{@stream.pending}</pre>
          </figure>
          <figure>
            <figcaption>after the flush</figcaption>
            <pre class="flushed" tabindex="0">{@stream.flushed}</pre>
          </figure>
        </div>
      </details>
    </article>
    """
  end

  attr :list, :list, required: true

  # Code that breaks between its elements, not within them.
  defp bits(assigns) do
    ~H"""
    <code :if={@list != []}><span :for={b <- @list} class={b.short && "bit"}>{b.text}<wbr /></span></code>
    """
  end

  attr :groups, :list, required: true

  defp assigns_table(assigns) do
    ~H"""
    <section :for={g <- @groups} class="assigns">
      <h4 :if={g.title}>{g.title}</h4>
      <table>
        <thead class="sr-only">
          <tr>
            <th scope="col">Assign</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          <tr :for={a <- g.rows} class={"is-" <> a.state}>
            <th scope="row">
              <code>{a.name}</code>
              <span :if={a.state != "same"} class={["tag", a.tone]}>{a.state}</span>
            </th>
            <td>
              <pre :if={a.before} class="was" tabindex="0"><s>{a.before}</s></pre>
              <pre :if={a.value} tabindex="0">{a.value}</pre>
            </td>
          </tr>
        </tbody>
      </table>
      <p :if={g.rows == []} class="hint">No assigns.</p>
    </section>
    """
  end

  attr :reports, :list, required: true

  defp page(assigns) do
    ~H"""
    <p :if={@reports == []} class="hint">The page reported no change.</p>
    <section :for={r <- @reports} class="report">
      <ul>
        <li :for={d <- r.ops} class={["dom-op", d.tone]}>
          <b>{d.icon} {d.word}</b> <code>{d.target}</code>
          <span>{d.reason}</span>
          <small :if={d.text}>{d.text}</small>
        </li>
      </ul>
      <p :if={r.ops == []} class="hint">The page was patched and nothing in it changed.</p>
      <p :if={r.dropped > 0} class="hint">… and {r.dropped} more.</p>
      <p :for={p <- r.problems} class="problem"><b>!</b> {p}</p>
      <p :for={c <- r.containers} class="container"><code>#{c.id}</code> {c.text}</p>
    </section>
    """
  end

  attr :frame, :map, required: true

  defp frame(assigns) do
    ~H"""
    <article class={["frame", if(@frame.out, do: "out", else: "in")]}>
      <h4>
        <span aria-hidden="true">{if @frame.out, do: "↓", else: "↑"}</span>
        {if @frame.out, do: "to the page", else: "from the page"} · <b>{@frame.kind}</b>
        <small>{@frame.bytes}</small>
      </h4>
      <p :for={note <- @frame.notes} class="note">{note}</p>
      <pre class="pretty" tabindex="0">{@frame.pretty}</pre>
      <details id={"raw-#{@frame.key}"} phx-mounted={JS.ignore_attributes("open")}>
        <summary>as on the wire</summary>
        <pre class="raw" tabindex="0">{@frame.raw}</pre>
      </details>
    </article>
    """
  end

  attr :lines, :list, required: true

  defp console(assigns) do
    ~H"""
    <p :if={@lines == []} class="hint">Nothing was printed. Try <code>IO.inspect(socket.assigns)</code> in a callback.</p>
    <div :for={l <- @lines} class={["log", "log-" <> l.level]}>
      <small>#{l.id}{l.place}</small>
      <pre tabindex="0">{l.text}</pre>
    </div>
    """
  end
end
