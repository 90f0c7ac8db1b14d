defmodule Bench.MessagesLive do
  use Phoenix.LiveView

  @impl true
  def mount(%{"rows" => rows}, _session, socket) do
    rows = String.to_integer(rows)

    {:ok,
     socket
     |> assign(:room, %{id: 1, name: "weekend-plans"})
     |> assign(:next_id, rows + 1)
     |> stream(:messages, Enum.map(1..rows, &message/1))}
  end

  @impl true
  def handle_event("insert", _params, socket) do
    id = socket.assigns.next_id

    {:noreply,
     socket
     |> assign(:next_id, id + 1)
     |> stream_insert(:messages, message(id))}
  end

  @impl true
  def render(assigns) do
    ~H"""
    <h1>{@room.name}</h1>
    <div id="messages" phx-update="stream" phx-viewport-top="load_more">
      <div :for={{dom_id, message} <- @streams.messages} id={dom_id} class="message">
        <.message_details message={message} />
      </div>
    </div>
    """
  end

  attr :message, :map, required: true

  defp message_details(assigns) do
    ~H"""
    <header>
      <b>{@message.sender.email}</b>
      <time datetime={NaiveDateTime.to_iso8601(@message.inserted_at)}>[{@message.inserted_at}]</time>
      <span class="actions">
        <button phx-click="edit_message" phx-value-item_id={@message.id}>edit</button>
        <button phx-click="delete_message" phx-value-item_id={@message.id}>delete</button>
      </span>
    </header>
    <p>{@message.content}</p>
    """
  end

  defp message(id) do
    %{
      id: id,
      room_id: 1,
      content: "I bring the tent. Somebody bring the coffee.",
      sender: %{id: 1, name: "antonia", email: "antonia@streamchat.io"},
      inserted_at: NaiveDateTime.add(~N[2023-06-12 09:00:00], id * 47),
      editing: false
    }
  end
end

defmodule Bench.Router do
  use Phoenix.Router
  import Phoenix.LiveView.Router

  scope "/", Bench do
    live "/:rows", MessagesLive
  end
end
