defmodule ChatLive do
  use Phoenix.LiveView

  def mount(_params, _session, socket) do
    {:ok,
     socket
     |> assign(room: "lobby", next_id: 3)
     |> stream(:messages, [
       %{id: 1, user: "ann", body: "hello"},
       %{id: 2, user: "bob", body: "hi"}
     ])}
  end

  def handle_event("send", %{"message" => %{"body" => body}}, socket) do
    id = socket.assigns.next_id
    message = %{id: id, user: "ann", body: String.trim(body)}

    {:noreply,
     socket
     |> assign(:next_id, id + 1)
     |> stream_insert(:messages, message, at: -1, limit: -10)}
  end

  def render(assigns) do
    ~H"""
    <h1>{@room}</h1>
    <div id="messages" phx-update="stream">
      <div :for={{id, message} <- @streams.messages} id={id} class="message">
        <b>{message.user}</b>
        <.body text={message.body} />
      </div>
    </div>
    <form phx-submit="send">
      <input name="message[body]" />
    </form>
    """
  end

  defp body(assigns) do
    ~H"""
    <span class={["body", @text == "" && "empty"]}>{@text}</span>
    """
  end
end
