defmodule StreamChat.Application do
  use Application

  @impl true
  def start(_type, _args) do
    children = [
      {Phoenix.PubSub, name: StreamChat.PubSub},
      StreamChat.Store
    ]

    Supervisor.start_link(children, strategy: :one_for_one, name: StreamChat.Supervisor)
  end
end
