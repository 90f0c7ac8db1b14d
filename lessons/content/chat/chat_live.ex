defmodule StreamChatWeb.ChatLive do
  use Phoenix.LiveView

  alias Phoenix.LiveView.JS
  alias StreamChat.Chat

  @impl true
  def mount(_params, session, socket) do
    {:ok,
     socket
     |> assign(:current_user, Chat.get_user!(session["user"] || "antonia"))
     |> assign(:rooms, Chat.list_rooms())
     |> assign(:room, nil)
     |> assign(:sent, 0)}
  end

  @impl true
  def handle_params(%{"id" => id}, _uri, %{assigns: %{live_action: :show}} = socket) do
    room = Chat.get_room!(id)
    messages = Chat.last_ten_messages_for(room.id)

    {:noreply,
     socket
     |> enter_room(room)
     |> assign(:page_title, room.name)
     |> assign_oldest_message_id(messages)
     |> stream(:messages, messages, reset: true)}
  end

  def handle_params(_params, _uri, socket) do
    {:noreply, push_patch(socket, to: "/rooms/1")}
  end

  @impl true
  def handle_event("send_message", %{"message" => %{"content" => content}}, socket) do
    if String.trim(content) == "" do
      {:noreply, socket}
    else
      Chat.create_message(%{
        room_id: socket.assigns.room.id,
        sender: socket.assigns.current_user,
        content: content
      })

      {:noreply, update(socket, :sent, &(&1 + 1))}
    end
  end

  def handle_event("edit_message", %{"item_id" => message_id}, socket) do
    message = Chat.get_message!(message_id)
    {:noreply, stream_insert(socket, :messages, %{message | editing: true})}
  end

  def handle_event("cancel_edit", %{"item_id" => message_id}, socket) do
    {:noreply, stream_insert(socket, :messages, Chat.get_message!(message_id))}
  end

  def handle_event("update_message", %{"item_id" => message_id, "content" => content}, socket) do
    message_id |> Chat.get_message!() |> Chat.update_message(content)
    {:noreply, socket}
  end

  def handle_event("delete_message", %{"item_id" => message_id}, socket) do
    message_id |> Chat.get_message!() |> Chat.delete_message()
    {:noreply, socket}
  end

  # The reader scrolled past the top at once. The usual event comes too, so one answer is enough.
  def handle_event("load_more", %{"_overran" => true}, socket), do: {:noreply, socket}

  def handle_event("load_more", _params, socket) do
    {:noreply, paginate_messages(socket)}
  end

  @impl true
  def handle_info(%{event: "new_message", payload: %{message: message}}, socket) do
    {:noreply, stream_insert(socket, :messages, message)}
  end

  def handle_info(%{event: "updated_message", payload: %{message: message}}, socket) do
    {:noreply, stream_insert(socket, :messages, message, at: -1)}
  end

  def handle_info(%{event: "deleted_message", payload: %{message: message}}, socket) do
    {:noreply, stream_delete(socket, :messages, message)}
  end

  defp enter_room(socket, room) do
    if connected?(socket) do
      if socket.assigns.room, do: Chat.unsubscribe(socket.assigns.room.id)
      Chat.subscribe(room.id)
    end

    assign(socket, :room, room)
  end

  defp paginate_messages(socket) do
    %{room: room, oldest_message_id: oldest} = socket.assigns

    case Chat.previous_ten_messages(room.id, oldest) do
      [] ->
        socket

      previous_ten ->
        socket
        |> assign_oldest_message_id(previous_ten)
        |> stream(:messages, Enum.reverse(previous_ten), at: 0)
    end
  end

  # In a room without messages there are none before the first either.
  defp assign_oldest_message_id(socket, []), do: assign(socket, :oldest_message_id, 0)

  defp assign_oldest_message_id(socket, [oldest | _]) do
    assign(socket, :oldest_message_id, oldest.id)
  end

  @impl true
  def render(assigns) do
    ~H"""
    <div class="chat">
      <nav class="rooms" aria-label="Rooms">
        <.link
          :for={room <- @rooms}
          patch={"/rooms/#{room.id}"}
          class={["room", @room && room.id == @room.id && "active"]}
        >
          {room.name}
        </.link>
        <span class="me">{@current_user.email}</span>
      </nav>

      <div class="scroll">
        <div id="messages" phx-update="stream" phx-viewport-top="load_more">
          <div :for={{dom_id, message} <- @streams.messages} id={dom_id} class="message">
            <.message_details message={message} />
          </div>
        </div>
      </div>

      <form id="new-message" class="composer" phx-submit="send_message">
        <label for={"message-content-#{@sent}"} class="sr-only">Message</label>
        <%!-- LiveView leaves the value of a focused input alone; another id makes it a new, empty one. --%>
        <input
          type="text"
          id={"message-content-#{@sent}"}
          name="message[content]"
          value=""
          placeholder={"Message #{@room && @room.name}"}
          autocomplete="off"
          phx-mounted={@sent > 0 && JS.focus()}
        />
        <button>Send</button>
      </form>
    </div>
    """
  end

  attr :message, :map, required: true

  defp message_details(%{message: %{editing: true}} = assigns) do
    ~H"""
    <form id={"edit-message-#{@message.id}"} class="editor" phx-submit="update_message">
      <input type="hidden" name="item_id" value={@message.id} />
      <label for={"edit-content-#{@message.id}"} class="sr-only">Edit message</label>
      <input
        type="text"
        id={"edit-content-#{@message.id}"}
        name="content"
        value={@message.content}
        autocomplete="off"
        phx-mounted={JS.focus()}
      />
      <button>Save</button>
      <button type="button" phx-click="cancel_edit" phx-value-item_id={@message.id}>Cancel</button>
    </form>
    """
  end

  defp message_details(assigns) do
    ~H"""
    <header>
      <b>{@message.sender.email}</b>
      <time datetime={NaiveDateTime.to_iso8601(@message.inserted_at)}>[{@message.inserted_at}]</time>
      <span class="actions">
        <button
          phx-click="edit_message"
          phx-value-item_id={@message.id}
          aria-label={"Edit message #{@message.id}"}
        >
          edit
        </button>
        <button
          phx-click="delete_message"
          phx-value-item_id={@message.id}
          aria-label={"Delete message #{@message.id}"}
        >
          delete
        </button>
      </span>
    </header>
    <p>{@message.content}</p>
    """
  end
end
