# The page of the facts: one stream that does what it is told, in several containers.
defmodule Facts.Ops do
  import Phoenix.Component
  import Phoenix.LiveView

  def items(ids), do: Enum.map(ids, &%{id: &1, text: &1})

  def run(socket, ops), do: Enum.reduce(ops, socket, &op/2)

  defp op(%{"op" => "insert"} = o, socket), do: stream_insert(socket, :s, item(o), opts(o))
  defp op(%{"op" => "delete"} = o, socket), do: stream_delete(socket, :s, item(o))
  defp op(%{"op" => "delete_dom", "id" => id}, socket), do: stream_delete_by_dom_id(socket, :s, id)
  defp op(%{"op" => "stream", "items" => items} = o, socket), do: stream(socket, :s, Enum.map(items, &item/1), opts(o))
  defp op(%{"op" => "assign", "text" => text}, socket), do: assign(socket, :note, text)
  defp op(%{"op" => "show"}, socket), do: assign(socket, :hidden, false)
  defp op(%{"op" => "hide"}, socket), do: assign(socket, :hidden, true)

  defp item(%{"id" => id, "text" => text}), do: %{id: id, text: text}

  defp opts(o) do
    for key <- [:at, :limit, :reset, :update_only], Map.has_key?(o, to_string(key)), do: {key, o[to_string(key)]}
  end
end

defmodule Facts.Box do
  use Phoenix.LiveComponent

  def mount(socket), do: {:ok, stream(socket, :s, Facts.Ops.items(~w(1 2 3)))}
  def handle_event("ops", %{"ops" => ops}, socket), do: {:noreply, Facts.Ops.run(socket, ops)}

  def render(assigns) do
    ~H"""
    <section id="box">
      <button id="ctl" phx-click="ops" phx-target={@myself}>do</button>
      <ul id="list" phx-update="stream"><li :for={{id, item} <- @streams.s} id={id}>{item.text}</li></ul>
    </section>
    """
  end
end

defmodule FactsLive do
  use Phoenix.LiveView

  def mount(params, _session, socket) do
    {:ok, socket |> assign(note: "", hidden: false) |> start(socket.assigns.live_action, params)}
  end

  defp start(socket, :at, %{"n" => n}), do: stream(socket, :s, Facts.Ops.items(~w(1 2 3)), at: String.to_integer(n))
  defp start(socket, :limit, %{"n" => n}), do: stream(socket, :s, Facts.Ops.items(~w(1 2 3 4)), limit: String.to_integer(n))
  defp start(socket, :both, _params), do: stream(socket, :s, Facts.Ops.items(~w(1 2)))
  defp start(socket, :empty, _params), do: stream(socket, :s, [])

  defp start(socket, :late, _params) do
    stream(socket, :s, Facts.Ops.items(if connected?(socket), do: ~w(2 4), else: ~w(1 2 3)))
  end

  defp start(socket, _action, _params), do: stream(socket, :s, Facts.Ops.items(~w(1 2 3)))

  def handle_params(_params, _uri, %{assigns: %{live_action: :both}} = socket) do
    {:noreply, stream(socket, :s, Facts.Ops.items(~w(9)), reset: true)}
  end

  def handle_params(_params, _uri, socket), do: {:noreply, socket}

  def handle_event("ops", %{"ops" => ops}, socket), do: {:noreply, Facts.Ops.run(socket, ops)}

  def handle_event("ask", %{"what" => what}, socket) do
    {:noreply, assign(socket, :note, answer(what, socket))}
  rescue
    e -> {:noreply, assign(socket, :note, inspect(e.__struct__) <> ": " <> Exception.message(e))}
  end

  defp answer("count", %{assigns: %{streams: %{s: s}}} = socket) do
    pending = stream_insert(socket, :s, %{id: "4", text: "4"})
    "#{Enum.count(pending.assigns.streams.s)} pending, #{Enum.count(s)} sent"
  end

  defp answer("for", %{assigns: %{streams: %{s: s}}}), do: inspect(for {id, _item} <- s, do: id)
  defp answer("empty?", %{assigns: %{streams: %{s: s}}}), do: Enum.empty?(s)
  defp answer("in", %{assigns: %{streams: %{s: s}}}), do: {"s-1", %{}} in s
  defp answer("at", %{assigns: %{streams: %{s: s}}}), do: Enum.at(s, 0)
  defp answer("map", %{assigns: %{streams: %{s: s}}}), do: Enum.map(s, & &1)
  defp answer("unknown", socket), do: stream_insert(socket, :other, %{id: 1})
  defp answer("twice", socket), do: stream_configure(socket, :s, dom_id: & &1.id)
  defp answer("no id", socket), do: stream_insert(socket, :s, %{text: "x"})

  def render(%{live_action: :placeholder} = assigns) do
    ~H"""
    <button id="ctl" phx-click="ops">{@note}</button>
    <ul id="list" phx-update="stream">
      <li :for={{id, item} <- @streams.s} id={id}>{item.text}</li>
      <li id="none">none</li>
    </ul>
    """
  end

  def render(%{live_action: :first} = assigns) do
    ~H"""
    <button id="ctl" phx-click="ops">{@note}</button>
    <ul id="list" phx-update="stream">
      <li id="none">none</li>
      <li :for={{id, item} <- @streams.s} id={id}>{item.text}</li>
    </ul>
    """
  end

  def render(%{live_action: :nameless} = assigns) do
    ~H"""
    <button id="ctl" phx-click="ops">{@note}</button>
    <ul id="list" phx-update="stream">
      <li class="only">none</li>
      <li :for={{id, item} <- @streams.s} id={id}>{item.text}</li>
    </ul>
    """
  end

  def render(%{live_action: :plain} = assigns) do
    ~H"""
    <button id="ctl" phx-click="ops">{@note}</button>
    <ul id="list"><li :for={{id, item} <- @streams.s} id={id}>{item.text}</li></ul>
    """
  end

  def render(%{live_action: :altered} = assigns) do
    ~H"""
    <button id="ctl" phx-click="ops">{@note}</button>
    <ul id="list" phx-update="stream"><li :for={{id, item} <- @streams.s} id={"x-" <> id}>{item.text}</li></ul>
    """
  end

  def render(%{live_action: :box} = assigns) do
    ~H"""
    <.live_component module={Facts.Box} id="box" />
    """
  end

  def render(%{live_action: :reads} = assigns) do
    ~H"""
    <button id="ctl" phx-click="ops">do</button>
    <ul id="list" phx-update="stream"><li :for={{id, item} <- @streams.s} id={id}>{item.text}{@note}</li></ul>
    """
  end

  def render(assigns) do
    ~H"""
    <button id="ctl" phx-click="ops">do</button>
    <p id="note">{@note}</p>
    <ul :if={!@hidden} id="list" phx-update="stream"><li :for={{id, item} <- @streams.s} id={id}>{item.text}</li></ul>
    """
  end
end

defmodule Facts.Router do
  use Phoenix.Router
  import Phoenix.LiveView.Router

  live "/", FactsLive
  live "/at", FactsLive, :at
  live "/limit", FactsLive, :limit
  live "/both", FactsLive, :both
  live "/empty", FactsLive, :empty
  live "/late", FactsLive, :late
  live "/placeholder", FactsLive, :placeholder
  live "/first", FactsLive, :first
  live "/nameless", FactsLive, :nameless
  live "/plain", FactsLive, :plain
  live "/altered", FactsLive, :altered
  live "/box", FactsLive, :box
  live "/reads", FactsLive, :reads
end
