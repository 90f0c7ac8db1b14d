# A page with what streams meet more rarely: transitions when a row goes, hooks, conditions around
# conditions, two streams in one list, and components that stream inside of streamed components.
defmodule Wide.Ops do
  import Phoenix.Component
  import Phoenix.LiveView

  @names %{"r" => :r, "p" => :p, "q" => :q, "s" => :s, "n" => :n, "m" => :m, "z" => :z}

  def run(socket, ops), do: ops |> Enum.reduce(socket, &op/2) |> update(:n, &(&1 + 1))

  defp op(%{"op" => "insert", "stream" => s, "id" => id, "text" => text} = o, socket) do
    stream_insert(socket, @names[s], %{id: id, text: text}, opts(o))
  end

  defp op(%{"op" => "stream", "stream" => s, "ids" => ids, "text" => text} = o, socket) do
    stream(socket, @names[s], Enum.map(ids, &%{id: &1, text: text}), opts(o))
  end

  defp op(%{"op" => "delete", "stream" => s, "id" => id}, socket), do: stream_delete(socket, @names[s], %{id: id})

  defp op(%{"op" => "delete_dom", "stream" => s, "id" => id}, socket) do
    stream_delete_by_dom_id(socket, @names[s], "#{s}-#{id}")
  end

  defp op(%{"op" => "assign", "key" => key, "value" => value}, socket) do
    assign(socket, String.to_existing_atom(key), value)
  end

  defp opts(o) do
    for key <- [:at, :limit, :update_only, :reset], Map.has_key?(o, to_string(key)), do: {key, o[to_string(key)]}
  end
end

defmodule Wide.Nest do
  use Phoenix.LiveComponent

  def mount(socket) do
    {:ok,
     socket
     |> assign(n: 0, open: true)
     |> stream_configure(:m, dom_id: &"m-#{socket.assigns.myself}-#{&1.id}")
     |> stream(:m, [%{id: 1, text: "one"}, %{id: 2, text: "two"}])}
  end

  def handle_event("ops", %{"ops" => ops}, socket), do: {:noreply, Wide.Ops.run(socket, ops)}

  def render(assigns) do
    ~H"""
    <div id={@id} class="nest">
      <b>{@text}</b><button class="ctl-nest" phx-click="ops" phx-target={@myself}>{@n}</button>
      <ul :if={@open} id={"in-" <> @id} phx-update="stream">
        <li :for={{id, item} <- @streams.m} id={id} phx-hook="Log">{item.text}</li>
        <li id={"none-" <> @id}>none {@n}</li>
      </ul>
    </div>
    """
  end
end

defmodule Wide.Live do
  use Phoenix.LiveView
  alias Phoenix.LiveView.JS

  def mount(_params, _session, socket) do
    {:ok,
     socket
     |> assign(n: 0, outer: true, inner: true, first: false, last: true, note: "", nests: true)
     |> stream(:r, [%{id: 1, text: "one"}, %{id: 2, text: "two"}, %{id: 3, text: "three"}])
     |> stream(:p, [%{id: 1, text: "one"}, %{id: 2, text: "two"}], limit: -1)
     |> stream(:q, [%{id: 1, text: "one"}])
     |> stream(:s, [%{id: 1, text: "one"}, %{id: 2, text: "two"}])
     |> stream(:z, [%{id: 1, text: "one"}])
     |> stream(:n, [%{id: 1, text: "one"}, %{id: 2, text: "two"}])}
  end

  def handle_event("ops", %{"ops" => ops}, socket), do: {:noreply, Wide.Ops.run(socket, ops)}
  def handle_event("change", %{"z" => _text}, socket), do: {:noreply, socket}

  def render(assigns) do
    ~H"""
    <button id="ctl" phx-click="ops">{@n}</button>
    <div :if={@outer} id="outer" phx-hook="Log">
      <p :if={!@inner} id="instead">nothing inside</p>
      <section :if={@inner}>
        <ul id="list-r" phx-update="stream">
          <li
            :for={{id, item} <- @streams.r}
            id={id}
            phx-hook="Log"
            phx-mounted={JS.add_class("mounted")}
            phx-remove={JS.hide(transition: "leaving", time: 30)}
          >
            {item.text} {@note}
          </li>
        </ul>
      </section>
    </div>
    <ul id="list-p" phx-update="stream" phx-click="ops">
      <li :if={@first} id="p-first">first {@n}</li>
      <li :for={{id, item} <- @streams.p} id={id} phx-remove={JS.add_class("going")}>
        <input id={"in-" <> id} name="text" value={item.text} />
      </li>
      <li :if={@last} id="p-last">last</li>
      <li id="p-end">end</li>
    </ul>
    <ul id="list-qs" phx-update="stream">
      <li :for={{id, item} <- @streams.q} id={id}>q {item.text}</li>
      <li :for={{id, item} <- @streams.s} id={id}>s {item.text} <i :if={item.id > 2} id={"big-" <> id}>big</i></li>
    </ul>
    <div :if={@nests} id="list-n" phx-update="stream">
      <.live_component :for={{id, item} <- @streams.n} module={Wide.Nest} id={id} text={item.text} />
    </div>
    <div id="list-z" phx-update="stream">
      <section :for={{id, item} <- @streams.z} id={id} phx-hook="Log">
        <details id={"more-" <> id} phx-update="ignore"><summary>{item.text}</summary></details>
        <form id={"form-" <> id} phx-change="change"><input id={"z-" <> id} name="z" value={item.text} /></form>
      </section>
    </div>
    """
  end
end

defmodule Wide.Router do
  use Phoenix.Router
  import Phoenix.LiveView.Router

  live "/", Wide.Live
end
