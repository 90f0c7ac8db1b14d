defmodule StreamChat.Store do
  @moduledoc """
  Stands in for the database: an Agent that holds users, rooms and messages.
  Only `StreamChat.Chat` talks to it.
  """
  use Agent

  alias StreamChat.Chat.{Message, Room, User}

  @names ~w(antonia virgil delpha general)
  @per_room 240

  @topics [
    "Who is in for the weekend?",
    "Lake house, as always.",
    "I bring the tent. Somebody bring the coffee.",
    "Can we leave before the traffic this time?",
    "Two cars or three?",
    "I can take four people and a dog.",
    "The dog has the front seat.",
    "Weather says sun until Sunday noon."
  ]

  @incidents [
    "Queue depth is back to normal.",
    "Deploy of the gateway starts in five minutes.",
    "Rolled back. Latency was up by a third.",
    "Who is on call tonight?",
    "Me, until eight. Then virgil.",
    "The disk alert on db-2 was a full log partition.",
    "Postmortem draft is in the usual place.",
    "Nothing to see here, it was the probe."
  ]

  def start_link(_opts) do
    Agent.start_link(&seed/0, name: __MODULE__)
  end

  def get(fun), do: Agent.get(__MODULE__, fun)

  def get_and_update(fun), do: Agent.get_and_update(__MODULE__, fun)

  def update(fun), do: Agent.update(__MODULE__, fun)

  defp seed do
    users =
      for {name, index} <- Enum.with_index(@names, 1) do
        %User{id: index, name: name, email: "#{name}@streamchat.io"}
      end

    rooms = [
      %Room{id: 1, name: "weekend-plans"},
      %Room{id: 2, name: "sre-team"}
    ]

    messages =
      for n <- 1..@per_room, room <- rooms do
        sender = Enum.at(users, rem(n * 3 + room.id, length(users)))
        id = (n - 1) * length(rooms) + room.id

        %Message{
          id: id,
          room_id: room.id,
          sender: sender,
          content: content(room, n),
          inserted_at: NaiveDateTime.add(~N[2023-06-12 09:00:00], id * 47),
          updated_at: NaiveDateTime.add(~N[2023-06-12 09:00:00], id * 47)
        }
      end

    %{
      users: users,
      rooms: rooms,
      messages: Map.new(messages, &{&1.id, &1}),
      next_id: length(messages) + 1
    }
  end

  defp content(%Room{name: "weekend-plans"}, n), do: "#{n}. #{Enum.at(@topics, rem(n - 1, length(@topics)))}"
  defp content(_room, n), do: "#{n}. #{Enum.at(@incidents, rem(n - 1, length(@incidents)))}"
end
