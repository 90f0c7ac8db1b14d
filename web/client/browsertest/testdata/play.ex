# A page with all that can meet in a stream. Each of its three live parts takes lists of operations.
defmodule Play.Ops do
  import Phoenix.Component
  import Phoenix.LiveView

  @names %{"a" => :a, "b" => :b, "c" => :c, "d" => :d}

  def run(socket, ops) do
    ops |> Enum.reduce(socket, &op/2) |> update(:n, &(&1 + 1))
  end

  defp op(%{"op" => "insert", "stream" => s, "id" => id, "text" => text} = o, socket) do
    stream_insert(socket, @names[s], %{id: id, text: text}, opts(o))
  end

  defp op(%{"op" => "stream", "stream" => s, "ids" => ids, "text" => text} = o, socket) do
    stream(socket, @names[s], Enum.map(ids, &%{id: &1, text: text}), opts(o))
  end

  defp op(%{"op" => "delete", "stream" => s, "id" => id}, socket) do
    stream_delete(socket, @names[s], %{id: id})
  end

  defp op(%{"op" => "delete_dom", "stream" => s, "id" => id}, socket) do
    stream_delete_by_dom_id(socket, @names[s], "#{s}-#{id}")
  end

  defp op(%{"op" => "assign", "key" => key, "value" => value}, socket) do
    assign(socket, String.to_existing_atom(key), value)
  end

  defp op(%{"op" => "list", "ids" => ids}, socket), do: assign(socket, :list, ids)
  defp op(%{"op" => "sides", "left" => left, "right" => right}, socket), do: assign(socket, left: left, right: right)

  defp opts(o) do
    for {key, name} <- [at: "at", limit: "limit", update_only: "update_only", reset: "reset"],
        Map.has_key?(o, name),
        do: {key, o[name]}
  end
end

defmodule Play.Row do
  use Phoenix.LiveComponent

  def mount(socket), do: {:ok, assign(socket, :n, 0)}
  def handle_event("bump", _, socket), do: {:noreply, update(socket, :n, &(&1 + 1))}

  def render(assigns) do
    ~H"""
    <div id={@id}><i>{@text}</i><button id={"bump-" <> @id} phx-click="bump" phx-target={@myself}>{@n}</button></div>
    """
  end
end

defmodule Play.Box do
  use Phoenix.LiveComponent

  def mount(socket) do
    {:ok, socket |> assign(n: 0, more: false) |> stream(:d, [%{id: 1, text: "one"}, %{id: 2, text: "two"}])}
  end

  def handle_event("ops", %{"ops" => ops}, socket), do: {:noreply, Play.Ops.run(socket, ops)}

  def render(assigns) do
    ~H"""
    <section id="box">
      <button id="ctl-box" phx-click="ops" phx-target={@myself}>{@n}</button>
      <ul id="box-list" phx-update="stream">
        <li :for={{id, item} <- @streams.d} id={id}>{item.text}</li>
      </ul>
      <p :if={@more} id="box-more">more {@n}</p>
    </section>
    """
  end
end

defmodule Play.KidLive do
  use Phoenix.LiveView

  def mount(_params, _session, socket) do
    {:ok, socket |> assign(:n, 0) |> stream(:a, [%{id: 1, text: "kid"}], limit: -3)}
  end

  def handle_event("ops", %{"ops" => ops}, socket), do: {:noreply, Play.Ops.run(socket, ops)}

  def render(assigns) do
    ~H"""
    <button id="ctl-kid" phx-click="ops">{@n}</button>
    <ul id="kid-list" phx-update="stream">
      <li :for={{id, item} <- @streams.a} id={"kid-" <> id}>{item.text}</li>
    </ul>
    """
  end
end

defmodule Play.PlayLive do
  use Phoenix.LiveView

  def mount(_params, _session, socket) do
    {:ok,
     socket
     |> assign(n: 0, shown: true, more: false, box: true, kid: true, portal: true, list: [1, 2, 3], left: [1], right: [2])
     |> stream_configure(:d, dom_id: &"row-#{&1.id}")
     |> stream(:a, [%{id: 1, text: "one"}, %{id: 2, text: "two"}, %{id: 3, text: "three"}], limit: 2)
     |> stream(:b, [])
     |> stream(:c, [%{id: 1, text: "one"}, %{id: 2, text: "two"}])
     |> stream(:d, [%{id: 1, text: "one"}])}
  end

  def handle_event("ops", %{"ops" => ops}, socket), do: {:noreply, Play.Ops.run(socket, ops)}

  def render(assigns) do
    ~H"""
    <button id="ctl" phx-click="ops">{@n}</button>
    <div :if={@shown} id="shown">
      <ul id="list-a" phx-update="stream">
        <li :for={{id, item} <- @streams.a} id={id} phx-mounted={Phoenix.LiveView.JS.add_class("mounted")}>
          {item.text}<input id={"in-" <> id} name="text" value={item.text} />
        </li>
        <li id="a-empty" class="only">nothing, {@n}</li>
        <li :if={@more} id="a-more">more</li>
      </ul>
    </div>
    <ol id="list-b" phx-update="stream">
      <li id="b-first">first</li>
      <li :for={{id, item} <- @streams.b} id={id}>
        <b>{item.text}</b>
        <ul id={"in-" <> id} phx-update="ignore"><li>left alone {item.text}</li></ul>
      </li>
    </ol>
    <div id="list-c" phx-update="stream">
      <.live_component :for={{id, item} <- @streams.c} module={Play.Row} id={id} text={item.text} />
    </div>
    <.live_component :if={@box} module={Play.Box} id="the-box" />
    <table><tbody id="keyed">
      <tr :for={x <- @list} :key={x} id={"key-#{x}"}><td>{x}</td><td>{@n}</td><td><input name="k" value="v" /></td></tr>
    </tbody></table>
    <div id="plain"><p :for={x <- @list}>{x} <b :if={rem(x, 2) == 0}>even {@n}</b></p></div>
    <div id="left"><.live_component :for={x <- @left} module={Play.Row} id={"side-#{x}"} text="side" /></div>
    <div id="right"><.live_component :for={x <- @right} module={Play.Row} id={"side-#{x}"} text="side" /></div>
    {if @kid, do: live_render(@socket, Play.KidLive, id: "kid")}
    <.portal :if={@portal} id="portal" target="#outside">
      <div id="teleported">
        <b>{@n}</b>
        <ul id="list-d" phx-update="stream">
          <li :for={{id, item} <- @streams.d} id={id}>{item.text}</li>
        </ul>
      </div>
    </.portal>
    """
  end
end

defmodule Play.Router do
  use Phoenix.Router
  import Phoenix.LiveView.Router

  live "/", Play.PlayLive
end
