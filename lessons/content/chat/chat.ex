defmodule StreamChat.Chat.User do
  defstruct [:id, :name, :email]
end

defmodule StreamChat.Chat.Room do
  defstruct [:id, :name]
end

defmodule StreamChat.Chat.Message do
  defstruct [:id, :room_id, :sender, :content, :inserted_at, :updated_at, editing: false]
end

defmodule StreamChat.Chat do
  @moduledoc """
  The chat context: rooms, messages, and the news about them on PubSub.
  """

  alias StreamChat.Chat.Message
  alias StreamChat.Store

  @page 10

  def subscribe(room_id), do: Phoenix.PubSub.subscribe(StreamChat.PubSub, topic(room_id))

  def unsubscribe(room_id), do: Phoenix.PubSub.unsubscribe(StreamChat.PubSub, topic(room_id))

  def get_user!(name) do
    Store.get(fn state -> Enum.find(state.users, &(&1.name == name)) end) ||
      raise ArgumentError, "there is no user #{inspect(name)}"
  end

  def list_rooms, do: Store.get(& &1.rooms)

  def get_room!(id) do
    id = to_id(id)

    Enum.find(list_rooms(), &(&1.id == id)) ||
      raise ArgumentError, "there is no room #{inspect(id)}"
  end

  @doc "The last ten messages of a room, oldest first."
  def last_ten_messages_for(room_id) do
    room_id |> messages_of() |> Enum.take(-@page)
  end

  @doc "The ten messages of a room before the one with the given id, oldest first. It may be deleted by now."
  def previous_ten_messages(room_id, message_id) do
    room_id
    |> messages_of()
    |> Enum.take_while(&(&1.id < message_id))
    |> Enum.take(-@page)
  end

  def get_message!(id) do
    id = to_id(id)

    Store.get(&Map.get(&1.messages, id)) ||
      raise ArgumentError, "there is no message #{inspect(id)}"
  end

  def create_message(attrs) do
    message =
      Store.get_and_update(fn state ->
        now = NaiveDateTime.truncate(NaiveDateTime.utc_now(), :second)
        message = struct!(Message, Map.merge(attrs, %{id: state.next_id, inserted_at: now, updated_at: now}))
        {message, %{state | next_id: state.next_id + 1, messages: Map.put(state.messages, message.id, message)}}
      end)

    broadcast(message, "new_message")
    message
  end

  def update_message(%Message{} = message, content) do
    now = NaiveDateTime.truncate(NaiveDateTime.utc_now(), :second)
    message = %{message | content: content, updated_at: now}
    Store.update(fn state -> put_in(state.messages[message.id], message) end)
    broadcast(message, "updated_message")
    message
  end

  def delete_message(%Message{} = message) do
    Store.update(fn state -> %{state | messages: Map.delete(state.messages, message.id)} end)
    broadcast(message, "deleted_message")
    message
  end

  defp messages_of(room_id) do
    room_id = to_id(room_id)

    Store.get(fn state ->
      for {_id, message} <- state.messages, message.room_id == room_id, do: message
    end)
    |> Enum.sort_by(& &1.id)
  end

  defp broadcast(message, event) do
    Phoenix.PubSub.broadcast(StreamChat.PubSub, topic(message.room_id), %{
      event: event,
      payload: %{message: message}
    })
  end

  defp topic(room_id), do: "room:#{room_id}"

  defp to_id(id) when is_binary(id), do: String.to_integer(id)
  defp to_id(id), do: id
end
